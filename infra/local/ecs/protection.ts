import { AwsError } from '../http/aws-error.ts';
import type { Ecs } from './ecs.ts';
import { isProtected, type Task } from './task.ts';

const DEFAULT_MINUTES = 120;
const MAX_MINUTES = 2_880;

/** The protection of a task, or why it has none: exactly one of the two. */
export interface ProtectionAnswer {
  readonly task: Task | undefined;
  readonly failure?: { readonly reason: string; readonly detail: string };
}

/** What a task's protection is. Only tasks of services have one. */
export function protectionOf(ecs: Ecs, cluster: string, reference: string): ProtectionAnswer {
  const task = ecs.tasks.find(cluster, reference);
  if (!task) return { task, failure: { reason: 'MISSING', detail: 'The task was not found.' } };
  if (task.service !== undefined && task.desiredStatus === 'RUNNING') return { task };
  return { task, failure: { reason: 'TASK_NOT_VALID', detail: 'Task is not a running task of a service.' } };
}

/**
 * Protects a task from scale-in for `minutes` (1–2,880, default 120), or ends its protection
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html).
 */
export function setProtection(
  ecs: Ecs,
  cluster: string,
  reference: string,
  enabled: boolean,
  minutes: number = DEFAULT_MINUTES,
): ProtectionAnswer {
  if (enabled && (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES)) {
    throw new AwsError('InvalidParameterException', `expiresInMinutes must be between 1 and ${MAX_MINUTES}.`);
  }
  const answer = protectionOf(ecs, cluster, reference);
  if (!answer.task || answer.failure) return answer;
  const protectedUntil = enabled ? ecs.clock.now() + minutes * 60_000 : 0;
  const task = ecs.tasks.amend(answer.task.taskId, { protectedUntil });
  // A task whose protection ends may be one that scale-in waits for.
  if (task.service !== undefined) ecs.scheduler.poke(cluster, task.service);
  return { task };
}

/** The protection in the API's words. */
export function describeProtection(task: Task, now: number): Record<string, unknown> {
  return isProtected(task, now)
    ? { taskArn: task.taskArn, protectionEnabled: true, expirationDate: (task.protectedUntil ?? now) / 1000 }
    : { taskArn: task.taskArn, protectionEnabled: false };
}
