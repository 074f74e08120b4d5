import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Chance, chanceOf } from './chance.ts';
import { createEcsService, type EcsService, type Task } from './ecs-service.ts';
import { createFaults, type FaultKind, type Faults } from './faults.ts';
import type { Mutation } from './mutation.ts';
import { createS3Service, type S3Service } from './s3-service.ts';
import { createScheduler, EPOCH, type Scheduler } from './scheduler.ts';
import { createSqsService, type SqsService } from './sqs-service.ts';
import { type Caller, type Client, createClient, type Serve } from './wire.ts';

export const QUEUES = {
  jobs: 'https://sqs/jobs',
  jobDeadLetters: 'https://sqs/job-dead-letters',
  launches: 'https://sqs/launches',
  launchDeadLetters: 'https://sqs/launch-dead-letters',
} as const;

/** The clients of one process. */
export interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly ecs: ECSClient;
}

/** What is counted on the way, for the figures and the checker. */
export interface Tally {
  /** Starts of a processor by job. */
  readonly starts: Map<string, number>;
  /** Jobs that a killed worker held, and when. */
  readonly interrupted: { readonly jobId: string; readonly at: number }[];
  /** Deaths that count against a job: one more than two would rightly fail it. */
  readonly deaths: Map<string, number>;
  /** Jobs whose attempt could not be closed, as their worker said in its log. */
  readonly leftOpen: Set<string>;
  /** Deliveries that were put back though their job had its outcome. */
  returns: number;
  /** Requests that were sent, by who sent them and what: `worker GetObject`. */
  readonly requests: Map<string, number>;
  readonly mails: string[];
  /** Runs of a function that broke off: its next run may send an e-mail again. */
  brokenFunctions: number;
  kills: number;
}

/** One world: time, chance, the services of AWS, and what is counted. */
export interface Simulation {
  readonly seed: number;
  readonly scheduler: Scheduler;
  /** For everything that is no plan and no fault: latencies, durations, backoff. */
  readonly chance: Chance;
  readonly faults: Faults;
  readonly s3: S3Service;
  readonly sqs: SqsService;
  readonly ecs: EcsService;
  readonly mutation: Mutation | undefined;
  readonly tally: Tally;
  clientsOf(caller: Caller): Clients;
  /** Writes a line of the trace, if somebody reads it. */
  trace(text: () => string): void;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly mutation?: Mutation | undefined;
  readonly without?: ReadonlySet<FaultKind>;
  readonly print?: ((line: string) => void) | undefined;
  onResult(key: string): void;
  onLaunch(task: Task): void;
  onStop(task: Task, reason: string): void;
  onStopped(task: Task): void;
}

/** Nothing is made to go wrong any more after this: what then remains has to come right. */
const CALM_AFTER_MS = 45 * 60_000;

export function createSimulation(options: SimulationOptions): Simulation {
  const { seed, mutation, print } = options;
  const scheduler = createScheduler();
  const chance = chanceOf(seed, 'run');
  const trace = (text: () => string) => {
    if (print !== undefined) print(`${((scheduler.now() - EPOCH) / 1000).toFixed(3).padStart(10)}  ${text()}`);
  };
  const faults = createFaults({
    chance: chanceOf(seed, 'faults'),
    now: scheduler.now,
    calmAfterMs: CALM_AFTER_MS,
    without: options.without ?? new Set(),
    instead: mutation?.faults,
    note: (kind) => trace(() => `fault ${kind}`),
  });
  const s3 = createS3Service({
    scheduler,
    faults,
    guardOutcomes: mutation?.guardOutcomes ?? true,
    onResult: options.onResult,
  });
  const sqs = createSqsService({ scheduler, faults, chance });
  const ecs = createEcsService({ ...options, scheduler, faults, chance });
  const maxReceiveCount = mutation?.maxReceiveCount ?? 20;
  sqs.createQueue(QUEUES.jobDeadLetters);
  sqs.createQueue(QUEUES.launchDeadLetters);
  sqs.createQueue(QUEUES.jobs, { deadLetters: QUEUES.jobDeadLetters, maxReceiveCount });
  sqs.createQueue(QUEUES.launches, { deadLetters: QUEUES.launchDeadLetters, maxReceiveCount: 100 });
  const requests = new Map<string, number>();
  const counting = (caller: Caller, service: { readonly serve: Serve }): Serve => {
    return (command, reply) => {
      const name = `${caller.kind} ${command.constructor.name.replace(/Command$/, '')}`;
      requests.set(name, (requests.get(name) ?? 0) + 1);
      service.serve(command, reply);
    };
  };
  return {
    seed,
    scheduler,
    chance,
    faults,
    s3,
    sqs,
    ecs,
    mutation,
    trace,
    tally: {
      starts: new Map(),
      interrupted: [],
      deaths: new Map(),
      leftOpen: new Set(),
      returns: 0,
      requests,
      mails: [],
      brokenFunctions: 0,
      kills: 0,
    },
    clientsOf: (caller) => ({
      s3: asClient(S3Client, createClient(caller, counting(caller, s3), { scheduler, chance, faults })),
      sqs: asClient(SQSClient, createClient(caller, counting(caller, sqs), { scheduler, chance, faults })),
      ecs: asClient(ECSClient, createClient(caller, counting(caller, ecs), { scheduler, chance, faults })),
    }),
  };
}

/** A client of the SDK's class, which its paginators insist on, with as much inside as Slipway uses. */
function asClient<Real extends object>(kind: { readonly prototype: Real }, client: Client): Real {
  return Object.assign(Object.create(kind.prototype), client) as Real;
}
