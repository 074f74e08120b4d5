import type { Tag } from './clusters.ts';
import type { TaskOverride } from './overrides.ts';

/** A task's life, in its order (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html). */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

/** Why a task stopped, in a word. */
export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'TerminationNotice'
  | 'InfrastructureHealth';

/** Why a task stops: the code, and the sentence that goes with it. */
export interface StopCause {
  readonly stopCode: StopCode;
  readonly stoppedReason: string;
}

/** One container of a task, as describe calls and events show it. */
export interface TaskContainer {
  readonly containerArn: string;
  readonly name: string;
  readonly image: string;
  readonly runtimeId: string;
  readonly cpu: string;
  readonly memory?: string;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCode?: number;
  readonly reason?: string;
}

/** Unix epochs in milliseconds, under AWS's names. */
export interface TaskTimes {
  readonly createdAt: number;
  readonly connectivityAt?: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
}

/** One task, from RunTask or of a service. */
export interface Task {
  readonly taskId: string;
  readonly taskArn: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  /** The service that keeps it; absent for a task of RunTask. */
  readonly service?: string;
  readonly group: string;
  readonly startedBy?: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderName?: string;
  /** Of a task on Fargate. */
  readonly platformVersion?: string;
  /** CPU units and MiB, as text. */
  readonly cpu: string;
  readonly memory: string;
  /** Of a task on Fargate. */
  readonly ephemeralStorageGiB?: number;
  readonly taskRoleArn?: string;
  readonly availabilityZone: string;
  /** Of a task with network mode awsvpc. */
  readonly networkInterface?: { readonly id: string; readonly subnet: string };
  readonly overrides: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly lastStatus: TaskStatus;
  /** Rises by one with every change that an event tells of. */
  readonly version: number;
  readonly containers: readonly TaskContainer[];
  /** What keeps its memory within bounds: known once it runs. */
  readonly memoryCeiling?: string;
  readonly times: TaskTimes;
  readonly updatedAt: number;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  /** Until when it is protected from scale-in, a Unix epoch in milliseconds. */
  readonly protectedUntil?: number;
}

/** Whether the task counts for what its service and cluster run. */
export function isActive(task: Task): boolean {
  return task.lastStatus !== 'STOPPED';
}

/** Whether scale-in has to spare the task at that time. */
export function isProtected(task: Task, now: number): boolean {
  return task.protectedUntil !== undefined && task.protectedUntil > now;
}
