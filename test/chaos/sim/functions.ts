import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageResult,
} from '@aws-sdk/client-sqs';
import { createAlertDesk } from '../../../aws/alert-desk.ts';
import { createMarkStore } from '../../../aws/mark-store.ts';
import { createMessageSender } from '../../../aws/message-sender.ts';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { createRetryBudget } from '../../../aws/retry-budget.ts';
import { createTaskFacts } from '../../../aws/task-facts.ts';
import { createTaskLauncher } from '../../../aws/task-launcher.ts';
import { createTimelineStore } from '../../../aws/timeline-store.ts';
import { type TaskState, taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { catchUpAlerts, onTaskStopped } from '../../../functions/on-task-stopped.ts';
import type { Task } from './ecs-service.ts';
import { MAX_ATTEMPTS } from './job-ports.ts';
import { createLife, type Life } from './life.ts';
import { INBOX, RESULTS } from './s3-service.ts';
import { QUEUES, type Simulation } from './simulation.ts';

/** Lambda: the two functions that large objects and stopped tasks go through. */
export interface Functions {
  /** Has the stop handled, with Lambda's two retries. */
  taskStopped(task: Task): void;
  /** Runs of functions that are under way or will be. */
  readonly pending: number;
  close(): void;
}

/** A run may take this long. */
const TIMEOUT_MS = 60_000;
/** Waits of asynchronous invocations before the first and the second retry. */
const RETRY_MS = [60_000, 120_000];
const LAUNCH_VISIBILITY_SECONDS = 360;
/** The event source's `maximumConcurrency`. */
const POLLERS = 2;

const TASK_DEFINITION = 'arn:aws:ecs:eu-central-1:123456789012:task-definition/slipway-job:1';

export function createFunctions(sim: Simulation): Functions {
  const { scheduler, chance, faults, tally } = sim;
  let pending = 0;
  let closed = false;

  /** One run of a function; `broken` when it throws, dies or takes too long. */
  function invoke<Answer>(
    action: (ports: FunctionPorts) => Promise<Answer>,
    done: (answer: Answer) => void,
    broken: () => void,
  ): void {
    const life = createLife(scheduler);
    pending += 1;
    function end(finish: () => void): void {
      if (!life.alive) return;
      life.end();
      pending -= 1;
      finish();
    }
    function breakOff(): void {
      tally.brokenFunctions += 1;
      broken();
    }
    const strike = () => end(breakOff);
    scheduler.after(TIMEOUT_MS, strike);
    const ports = functionPorts(sim, life, strike);
    scheduler.after(chance.between(50, 1500), () => {
      if (faults.draw('lambda.failed')) return strike();
      life.resume(
        () =>
          void action(ports).then(
            (answer) => end(() => done(answer)),
            () => end(breakOff),
          ),
      );
    });
  }

  function handleStop(state: TaskState, retries: number): void {
    const again = () => {
      const wait = RETRY_MS[retries];
      if (wait === undefined) return;
      pending += 1;
      scheduler.after(wait, () => {
        pending -= 1;
        handleStop(state, retries + 1);
      });
    };
    invoke(
      async (ports) => {
        await onTaskStopped(state, ports);
        await catchUpAlerts(state, ports);
      },
      () => undefined,
      again,
    );
  }

  /** The event source of the launch queue. */
  function poll(): void {
    if (closed) return;
    receive((messages) => {
      if (messages.length === 0) return poll();
      const batch = launchBatchSchema.parse({ Records: messages.map(recordOf) });
      invoke(
        (ports) => onObjectCreated(batch, ports),
        ({ batchItemFailures }) => {
          const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          const over = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
          const Entries = over.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
          const command = new DeleteMessageBatchCommand({ QueueUrl: QUEUES.launches, Entries });
          if (Entries.length > 0) sim.sqs.serve(command, { ok: ignore, fail: ignore });
          poll();
        },
        poll,
      );
    });
  }

  function receive(take: (messages: NonNullable<ReceiveMessageResult['Messages']>) => void): void {
    const command = new ReceiveMessageCommand({
      QueueUrl: QUEUES.launches,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
      VisibilityTimeout: LAUNCH_VISIBILITY_SECONDS,
    });
    sim.sqs.serve(command, {
      ok: (answer) => take((answer as ReceiveMessageResult).Messages ?? []),
      fail: () => scheduler.after(1000, () => take([])),
    });
  }

  for (let count = 0; count < POLLERS; count += 1) scheduler.after(0, poll);
  return {
    taskStopped: (task) => handleStop(stateOf(sim, task), 0),
    get pending() {
      return pending;
    },
    close() {
      closed = true;
    },
  };
}

/** A message as an event source hands it to a function. */
export function recordOf({ MessageId, Body, MessageAttributes = {} }: Message): unknown {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
    name,
    { stringValue: StringValue, dataType: 'String' },
  ]);
  return { messageId: MessageId, body: Body, messageAttributes: Object.fromEntries(attributes) };
}

const ignore = (_: unknown): void => undefined;

type FunctionPorts = ReturnType<typeof functionPorts>;

function functionPorts(sim: Simulation, life: Life, strike: () => void) {
  const { s3, sqs, ecs } = sim.clientsOf({ kind: 'function', life, strike });
  const results = { client: s3, name: RESULTS };
  const marks = createMarkStore(results);
  const alerts = { publish: async ({ subject }: { subject: string }) => void sim.tally.mails.push(subject) };
  const log = (level: string) => (message: string, details?: unknown) =>
    sim.trace(() => `function ${level}: ${message} ${JSON.stringify(details)}`);
  return {
    launcher: createTaskLauncher(ecs, {
      CLUSTER: 'slipway',
      SUBNETS: ['subnet-1'],
      SECURITY_GROUPS: ['sg-1'],
      ASSIGN_PUBLIC_IP: 'DISABLED' as const,
    }),
    tasks: createTaskFacts(ecs, 'slipway'),
    outcomes: createOutcomeStore(results),
    timeline: createTimelineStore(results),
    marks,
    deadLetters: createMessageSender(sqs, QUEUES.launchDeadLetters),
    launches: createMessageSender(sqs, QUEUES.launches),
    desk: createAlertDesk({ marks, alerts, clock: life.clock, stage: 'sim' }),
    budget: createRetryBudget(marks, life.clock),
    clock: life.clock,
    random: sim.chance.next,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    stage: 'sim',
    inbox: INBOX,
    taskDefinition: TASK_DEFINITION,
    smallest: { cpu: 1024, memory: 2048 },
    maxAttempts: MAX_ATTEMPTS,
  };
}

/** The event of a stopped task, through the same schema as the real one. */
function stateOf(sim: Simulation, { arn, group, startedBy, overrides, createdAt, death }: Task): TaskState {
  return taskStateChangeSchema.parse({
    id: `stop-${arn}-${sim.scheduler.now()}`,
    'detail-type': 'ECS Task State Change',
    detail: {
      taskArn: arn,
      version: 5,
      lastStatus: 'STOPPED',
      clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/slipway',
      taskDefinitionArn: TASK_DEFINITION,
      group,
      startedBy,
      stopCode: death?.stopCode,
      stoppedReason: death?.stoppedReason,
      createdAt: new Date(createdAt).toISOString(),
      stoppedAt: new Date(sim.scheduler.now()).toISOString(),
      cpu: overrides?.cpu ?? '1024',
      memory: overrides?.memory ?? '2048',
      containers: [{ name: 'worker', exitCode: death?.exitCode, reason: death?.containerReason }],
      overrides,
    },
  });
}
