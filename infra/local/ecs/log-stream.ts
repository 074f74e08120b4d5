import type { ContainerDefinition } from './container-definition.ts';
import type { Task } from './task.ts';

/** Where a container's output goes in CloudWatch Logs, and whose rights it is written with. */
export interface LogStream {
  readonly group: string;
  readonly stream: string;
  readonly region: string;
  /** ECS writes with the execution role, a log router with the task's own; what leaves CloudWatch asks for none. */
  readonly writer: 'execution-role' | 'task-role' | 'nobody';
}

/** Where a container's output goes; undefined when its definition says nothing. */
export function logStreamOf(task: Task, container: ContainerDefinition): LogStream | undefined {
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  if (logDriver === 'awslogs') return ecsStream(task, container, options);
  return logDriver === 'awsfirelens' ? routedStream(task, container, options) : undefined;
}

type Options = Readonly<Record<string, string>>;

function ecsStream(task: Task, container: ContainerDefinition, options: Options): LogStream | undefined {
  const group = options['awslogs-group'];
  if (group === undefined) return undefined;
  const prefix = options['awslogs-stream-prefix'];
  const stream = prefix === undefined ? task.taskId : `${prefix}/${container.name}/${task.taskId}`;
  return { group, stream, region: options['awslogs-region'] ?? '', writer: 'execution-role' };
}

/**
 * FireLens: Fluent Bit's output `cloudwatch_logs` is played by the stand-in. Any other output leads to a service that is not
 * here: its lines are kept in a group that is named after it, so that they can be read at all.
 */
function routedStream(task: Task, container: ContainerDefinition, options: Options): LogStream {
  // The tag that FireLens gives a container's lines.
  const tag = `${container.name}-firelens-${task.taskId}`;
  const region = options.region ?? '';
  const group = options.log_group_name;
  if (options.Name === 'cloudwatch_logs' && group !== undefined) {
    return { group, stream: `${options.log_stream_prefix ?? ''}${tag}`, region, writer: 'task-role' };
  }
  return { group: `/firelens/${options.Name ?? 'nowhere'}`, stream: tag, region, writer: 'nobody' };
}
