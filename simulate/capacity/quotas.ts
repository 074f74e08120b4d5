import type { Stage } from '../stage.ts';

/** What a rate of objects takes of an AWS account. */
export interface Demand {
  /** Objects a second. */
  readonly rate: number;
  /** Of one slot a job, seconds. */
  readonly jobSeconds: number;
  /** Tasks at work. */
  readonly tasks: number;
}

/** One limit on the way of an object, and how much of it a rate takes. */
export interface Quota {
  readonly name: string;
  /** Its default in us-east-1, or the stage's number. */
  readonly limit: number;
  readonly unit: string;
  /** Whether AWS raises it when asked; `parameter`: a stage parameter of Slipway does. */
  readonly raised: 'on request' | 'by itself' | 'never' | 'parameter';
  readonly source: string;
  needed(demand: Demand): number;
}

/** Share of a fleet's slots that are at work when the policy is content. */
const BUSY_SHARE = 0.75;

/** Tasks that a rate keeps at work. */
export function demandOf(rate: number, jobSeconds: number, stage: Stage): Demand {
  return { rate, jobSeconds, tasks: Math.ceil((rate * jobSeconds) / (stage.slots * BUSY_SHARE)) };
}

const PER_OBJECT = {
  /** A put of the upload; the worker reads it. */
  inboxWrites: 1,
  /** Journal opened and closed. */
  journalWrites: 2,
  /** Outcome and its entry in the timeline. */
  timelineWrites: 1,
  /** Send, and a tenth of a receive and of a delete each: batches are full at such rates. */
  sqsCalls: 1.2,
} as const;

/** Seconds a message is hidden beside its work: received before a slot is free, deleted in a batch. */
const HIDDEN_BESIDE_WORK = 1;

const ECS = 'Amazon ECS endpoints and quotas';
const S3 = 'S3 User Guide, "Best practices design patterns: optimizing Amazon S3 performance"';

/** Limits on the way of a small object through the service, in the order in which it meets them. */
export function quotasOf(stage: Stage): readonly Quota[] {
  const cpus = stage.taskCpu / 1024;
  return [
    {
      name: 'stage parameter maxTasks',
      limit: stage.maxTasks,
      unit: 'tasks',
      raised: 'parameter',
      source: `stage ${stage.name}`,
      needed: ({ tasks }) => tasks,
    },
    {
      name: 'Fargate vCPUs of a new account',
      limit: 6,
      unit: 'vCPU',
      raised: 'by itself',
      source: `${ECS}, "Fargate On-Demand vCPU resource count"`,
      needed: ({ tasks }) => tasks * cpus,
    },
    {
      name: 'tasks of a service',
      limit: 5000,
      unit: 'tasks',
      raised: 'on request',
      source: `${ECS}, "Tasks per service"`,
      needed: ({ tasks }) => tasks,
    },
    {
      name: 'addresses of the subnets',
      limit: stage.zones * 4091,
      unit: 'addresses',
      raised: 'parameter',
      source: 'infra/network.yml: a /20 in each zone',
      needed: ({ tasks }) => tasks,
    },
    {
      name: 'S3 uploads under one prefix',
      limit: 3500,
      unit: 'writes/s',
      raised: 'by itself',
      source: S3,
      needed: ({ rate }) => rate * PER_OBJECT.inboxWrites,
    },
    {
      name: 'S3 journal, until S3 splits the prefix',
      limit: 3500,
      unit: 'writes/s',
      raised: 'by itself',
      source: S3,
      needed: ({ rate }) => rate * PER_OBJECT.journalWrites,
    },
    {
      name: 'S3 timeline of one hour',
      limit: 3500,
      unit: 'writes/s',
      raised: 'by itself',
      source: S3,
      needed: ({ rate }) => rate * PER_OBJECT.timelineWrites,
    },
    {
      name: 'EventBridge invocations',
      limit: 18_750,
      unit: 'per s',
      raised: 'on request',
      source: 'Amazon EventBridge User Guide, quotas: "Invocations throttle limit"; beyond it events wait',
      needed: ({ rate }) => rate,
    },
    {
      name: 'SQS messages in flight',
      limit: 120_000,
      unit: 'messages',
      raised: 'on request',
      source: 'Amazon SQS Developer Guide, quotas: standard queues',
      needed: ({ rate, jobSeconds }) => rate * (jobSeconds + HIDDEN_BESIDE_WORK),
    },
    {
      name: 'SQS calls of a standard queue',
      limit: Number.POSITIVE_INFINITY,
      unit: 'calls/s',
      raised: 'never',
      source: 'Amazon SQS Developer Guide, quotas: nearly unlimited',
      needed: ({ rate }) => rate * PER_OBJECT.sqsCalls,
    },
  ];
}

/** Limits that say how soon the fleet is there, not how much it can do. */
export const LAUNCH_LIMITS = [
  { name: 'tasks that a service may start', perSecond: 500 / 60, burst: 0, source: `${ECS}, on Fargate: 500 a minute` },
  { name: 'Fargate launches of an account', perSecond: 20, burst: 100, source: 'ECS, "AWS Fargate throttling quotas"' },
] as const;

/** Tasks of their own for large objects: RunTask, one task a call. */
export const RUN_TASK_PER_SECOND = 20;

/** Functions at a time in an account, and in a new one. */
export const LAMBDA_CONCURRENCY = { usual: 1000, fresh: 10 } as const;
