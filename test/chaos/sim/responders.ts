import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageResult,
} from '@aws-sdk/client-sqs';
import { jobBatchSchema, onJobQueued } from '../../../functions/on-job-queued.ts';
import { leftToTasks } from '../../../worker/left-to-tasks.ts';
import { createResponder } from '../../../worker/responder.ts';
import { recordOf } from './functions.ts';
import type { Host } from './host.ts';
import { LARGE_OBJECT_BYTES, loggerOf, simulatedPorts } from './job-ports.ts';
import { createLife } from './life.ts';
import { jobIdOfBody } from './service.ts';
import { QUEUES, type Simulation } from './simulation.ts';

/** The first responder: calls of a function, each with one message of the job queue. */
export interface Responders {
  close(): void;
  /** Calls that are under way. */
  readonly running: number;
}

const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:on-job-queued-00000000000000000000000000000001';
const VISIBILITY_SECONDS = 120;
const TIMEOUT_MS = 60_000;

/** The scaler looks this often, and Lambda takes so long to do as it says. */
const LOOK_MS = 10_000;
const LAG_MS = [20_000, 60_000] as const;
/** More than the tasks reach soon. */
const BACKLOG = 40;
const SWITCHED_OFF_MS = 1_000;

/** `concurrency` calls at a time, while `tasks` are none or have too much to do. */
export function createResponders(sim: Simulation, concurrency: number, tasks: () => number): Responders {
  const { scheduler, chance, faults, tally } = sim;
  let running = 0;
  let closed = false;
  let enabled = true;

  function look(): void {
    if (closed) return;
    const wanted = tasks() === 0 || sim.sqs.messages(QUEUES.jobs).length > BACKLOG;
    scheduler.after(chance.between(...LAG_MS), () => {
      enabled = wanted;
    });
    scheduler.after(LOOK_MS, look);
  }

  function poll(): void {
    if (closed) return;
    if (!enabled) {
      scheduler.after(SWITCHED_OFF_MS, poll);
      return;
    }
    const command = new ReceiveMessageCommand({
      QueueUrl: QUEUES.jobs,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: 20,
      VisibilityTimeout: VISIBILITY_SECONDS,
      MessageAttributeNames: ['All'],
    });
    sim.sqs.serve(command, {
      ok(answer) {
        const [message] = (answer as ReceiveMessageResult).Messages ?? [];
        if (message === undefined) poll();
        else call(message);
      },
      fail: () => scheduler.after(1_000, poll),
    });
  }

  /** One environment for each call: whatever was in the memory of the one before is gone. */
  function call(message: Message): void {
    const life = createLife(scheduler);
    const jobId = jobIdOfBody(message.Body ?? '');
    running += 1;
    function end(): void {
      if (!life.alive) return;
      life.end();
      running -= 1;
      scheduler.after(chance.between(10, 100), poll);
    }
    function strike(): void {
      if (!life.alive) return;
      tally.kills += 1;
      if (jobId !== undefined) tally.interrupted.push({ jobId, at: scheduler.now() });
      end();
    }
    const endsBy = scheduler.now() + TIMEOUT_MS;
    scheduler.at(endsBy, strike);
    const host = hostOf(sim, life, strike);
    const ports = { ...simulatedPorts(sim, host, 'responder'), ...WITHOUT_QUEUES };
    const logger = loggerOf(sim, host);
    const respond = createResponder({ ports, clock: life.clock, logger, maxBytes: LARGE_OBJECT_BYTES });
    scheduler.after(chance.between(10, 2_000), () => {
      if (faults.draw('lambda.failed')) return strike();
      const batch = jobBatchSchema.parse({ Records: [recordOf(message)] });
      life.resume(
        () =>
          void onJobQueued(batch, respond, endsBy).then(({ batchItemFailures }) => {
            if (life.alive && batchItemFailures.length === 0) remove(message);
            end();
          }),
      );
    });
  }

  function remove({ ReceiptHandle }: Message): void {
    const Entries = [{ Id: '0', ReceiptHandle }];
    const command = new DeleteMessageBatchCommand({ QueueUrl: QUEUES.jobs, Entries });
    sim.sqs.serve(command, { ok: () => undefined, fail: () => undefined });
  }

  if (concurrency > 0) scheduler.after(0, look);
  for (let count = 0; count < concurrency; count += 1) scheduler.after(0, poll);
  return {
    close() {
      closed = true;
    },
    get running() {
      return running;
    },
  };
}

const needsTask = async (): Promise<never> => {
  throw leftToTasks('It needs a queue or ECS.');
};

/** As `composeResponder` has them. */
const WITHOUT_QUEUES = { tasks: { describe: needsTask }, deadLetters: { send: needsTask } };

/** What a function is where a task is asked for: something that ECS has never heard of. */
function hostOf(sim: Simulation, life: Host['life'], strike: () => void): Host {
  const task = {
    arn: FUNCTION,
    group: 'responder',
    startedBy: 'lambda',
    overrides: undefined,
    createdAt: sim.scheduler.now(),
    stopping: false,
    protectedUntil: 0,
    forgotten: true,
  };
  return {
    task,
    life,
    clients: sim.clientsOf({ kind: 'worker', life, strike }),
    jobs: new Map(),
    unclosed: new Set(),
    die: strike,
    kill: strike,
    runOutOfMemory() {
      strike();
      return true;
    },
    onDeath: () => undefined,
  };
}
