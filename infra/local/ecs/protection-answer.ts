import type { Ecs } from './ecs.ts';
import { nameOf, taskArn } from './names.ts';
import { describeProtection, type ProtectionAnswer } from './protection.ts';

/** The answer of UpdateTaskProtection and GetTaskProtection: what each task has, and why others have nothing. */
export function protectionAnswer(
  ecs: Ecs,
  cluster: string,
  references: readonly string[],
  ask: (reference: string) => ProtectionAnswer,
): Record<string, unknown> {
  const answers = references.map((reference) => ({ reference, ...ask(reference) }));
  return {
    protectedTasks: answers.flatMap(({ task, failure }) =>
      task && !failure ? [describeProtection(task, ecs.clock.now())] : [],
    ),
    failures: answers.flatMap(({ reference, failure }) =>
      failure ? [{ arn: taskArn(ecs.region, cluster, nameOf(reference)), ...failure }] : [],
    ),
  };
}
