import { randomInt, randomUUID } from 'node:crypto';
import { arn } from '../account.ts';

/** 32 hexadecimal digits, as ECS names tasks. */
export function newTaskId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The id of a deployment, which is also the `startedBy` of its tasks: `ecs-svc/` and 19 digits. */
export function newDeploymentId(): string {
  const digits = Array.from({ length: 18 }, () => randomInt(10)).join('');
  return `ecs-svc/${randomInt(1, 10)}${digits}`;
}

/** Fargate's name for a running container: the task's id and ten digits. */
export function newRuntimeId(taskId: string): string {
  return `${taskId}-${randomInt(1_000_000_000, 10_000_000_000)}`;
}

/** ARN of a cluster, by name. */
export function clusterArn(region: string, cluster: string): string {
  return arn('ecs', region, `cluster/${cluster}`);
}

/** ARN of a task in the long form, which has the cluster in it. */
export function taskArn(region: string, cluster: string, taskId: string): string {
  return arn('ecs', region, `task/${cluster}/${taskId}`);
}

/** ARN of one container of a task. */
export function newContainerArn(region: string, cluster: string, taskId: string): string {
  return arn('ecs', region, `container/${cluster}/${taskId}/${randomUUID()}`);
}

/** ARN of a service in the long form. */
export function serviceArn(region: string, cluster: string, service: string): string {
  return arn('ecs', region, `service/${cluster}/${service}`);
}

/** ARN of one revision of a task definition. */
export function taskDefinitionArn(region: string, family: string, revision: number): string {
  return arn('ecs', region, `task-definition/${family}:${revision}`);
}

/** The name at the end of an ARN or of a path such as `cluster/name`, or the name itself: callers may give any. */
export function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}
