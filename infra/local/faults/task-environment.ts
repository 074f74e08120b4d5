import type { TaskRule } from './fault-script.ts';
import type { RecordFault } from './record-faults.ts';
import { isWithin, occasionsOf } from './rule-counter.ts';

/** What is added to the environment of a task that starts, by the ARN of its definition. */
export type TaskEnvironment = (task: {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
}) => Readonly<Record<string, string>>;

/** Collects the environment from every rule that takes the task. */
export function taskEnvironment(rules: readonly TaskRule[], record: RecordFault): TaskEnvironment {
  const counted = rules.map((rule) => ({ ...rule, takes: occasionsOf(rule) }));
  return ({ taskArn, taskDefinitionArn }) => {
    const own = counted.filter(({ on, takes }) => isWithin(on.taskDefinition, taskDefinitionArn) && takes());
    for (const { name } of own) record(name, { taskArn });
    return Object.assign({}, ...own.map(({ environment }) => environment));
  };
}
