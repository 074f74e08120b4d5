import type { ContainerDefinition } from './container-definition.ts';
import type { Task } from './task.ts';

/** Where a container's output goes in CloudWatch Logs; undefined when its definition says nothing. */
export function logStreamOf(
  task: Task,
  container: ContainerDefinition,
): { group: string; stream: string; region: string } | undefined {
  const options = container.logConfiguration?.options;
  const group = options?.['awslogs-group'];
  if (group === undefined) return undefined;
  const prefix = options?.['awslogs-stream-prefix'];
  const stream = prefix === undefined ? task.taskId : `${prefix}/${container.name}/${task.taskId}`;
  return { group, stream, region: options?.['awslogs-region'] ?? '' };
}
