import * as z from 'zod';
import { CONTAINER_NAME, type LaunchedJob, readLaunchEnvironment } from './launch.ts';
import type { TaskSize } from './task-size.ts';

const text = z.string().nullish();
const number = z.coerce.number().finite().nullish().catch(undefined);

const containerSchema = z.object({ name: text, exitCode: number, reason: text });
const variableSchema = z.object({ name: z.string(), value: text });
const overrideSchema = z.object({ environment: z.array(variableSchema).nullish() });

const detailSchema = z.object({
  taskArn: z.string().min(1),
  version: z.number().int().nonnegative(),
  lastStatus: z.string().min(1),
  clusterArn: text,
  taskDefinitionArn: text,
  group: text,
  startedBy: text,
  stopCode: text,
  stoppedReason: text,
  stoppedAt: text,
  createdAt: text,
  cpu: number,
  memory: number,
  ephemeralStorage: z.object({ sizeInGiB: number }).nullish(),
  containers: z.array(containerSchema).nullish(),
  overrides: z.object({ containerOverrides: z.array(overrideSchema).nullish() }).nullish(),
});
type Detail = z.output<typeof detailSchema>;

/** "ECS Task State Change" as EventBridge delivers it, read tolerantly: only identity and version must be there. */
export const taskStateChangeSchema = z
  .object({ id: text, 'detail-type': z.literal('ECS Task State Change'), detail: detailSchema })
  .transform(({ id, detail }) => ({ ...taskStateOf(detail), eventId: id ?? `${detail.taskArn} ${detail.version}` }));

/** What Slipway looks at in a task's change of state. Texts are empty where ECS says nothing. */
export interface TaskState {
  /** The event's: the same when Lambda tries again, another one when ECS sends the same change once more. */
  readonly eventId: string;
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  /** Rises with every change of one task; the same in duplicates of an event. */
  readonly version: number;
  readonly lastStatus: string;
  readonly group: string;
  readonly startedBy: string;
  readonly stopCode: string;
  readonly stoppedReason: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly stoppedAt: string;
  /** What the task had. */
  readonly size?: TaskSize;
  readonly scratchGib?: number;
  /** Absent when the container never ran. */
  readonly exitCode?: number;
  /** ECS's words on the container: `OutOfMemoryError: …`. */
  readonly containerReason: string;
  /** What the launch added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The job that a stopped task was launched for; undefined for service tasks, sweeps and launches by hand. */
export function launchOf(state: TaskState): LaunchedJob | undefined {
  if (!state.startedBy.startsWith('job/')) return undefined;
  try {
    return readLaunchEnvironment(state.environment);
  } catch {
    return undefined;
  }
}

/** The last part of a task's ARN: the name of its log stream ends with it. */
export function taskIdOf(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}

/** The family in a task definition's ARN, or in `family:revision`. */
export function familyOf(taskDefinition: string): string {
  const name = taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
  return name.split(':', 1)[0] ?? name;
}

function taskStateOf(detail: Detail): Omit<TaskState, 'eventId'> {
  const containers = detail.containers ?? [];
  // A side container that AWS adds must not speak for the work.
  const container = containers.find(({ name }) => name === CONTAINER_NAME) ?? containers[0];
  const { cpu, memory } = detail;
  const scratchGib = detail.ephemeralStorage?.sizeInGiB;
  return {
    taskArn: detail.taskArn,
    clusterArn: detail.clusterArn ?? '',
    taskDefinitionArn: detail.taskDefinitionArn ?? '',
    version: detail.version,
    lastStatus: detail.lastStatus,
    group: detail.group ?? '',
    startedBy: detail.startedBy ?? '',
    stopCode: detail.stopCode ?? '',
    stoppedReason: detail.stoppedReason ?? '',
    createdAt: detail.createdAt ?? '',
    stoppedAt: detail.stoppedAt ?? '',
    ...(cpu && memory ? { size: { cpu, memory } } : {}),
    ...(scratchGib ? { scratchGib } : {}),
    ...(typeof container?.exitCode === 'number' ? { exitCode: container.exitCode } : {}),
    containerReason: container?.reason ?? '',
    environment: environmentOf(detail),
  };
}

function environmentOf({ overrides }: Detail): Record<string, string> {
  const variables = (overrides?.containerOverrides ?? []).flatMap(({ environment }) => environment ?? []);
  return Object.fromEntries(variables.map(({ name, value }) => [name, value ?? '']));
}
