import { createJobQueue } from '../../../aws/job-queue.ts';
import type { ProtectionAnswer } from '../../../aws/task-protection.ts';
import type { JobId } from '../../../core/job.ts';
import { parseObjectCreated } from '../../../core/object-event.ts';
import { recordKeys } from '../../../core/outcome.ts';
import { type Consumer, createConsumer } from '../../../worker/consume.ts';
import { handleDelivery } from '../../../worker/handle-delivery.ts';
import type { JobDelivery, JobEnd } from '../../../worker/job-ports.ts';
import { createProtector } from '../../../worker/protect.ts';
import { createHost, DEATHS, type Host } from './host.ts';
import { JOB_DEADLINE_SECONDS, loggerOf, simulatedPorts } from './job-ports.ts';
import { QUEUES, type Simulation } from './simulation.ts';

/** The service of ECS: as many workers as the backlog asks for, replaced when they die. */
export interface Service {
  /** Told to stop, all of them, and none comes after them. */
  close(): void;
  readonly busy: boolean;
  readonly running: number;
}

interface Worker {
  readonly host: Host;
  readonly consumer: Consumer;
  /** Aborts when the task is told to stop, as in worker/main.ts. */
  readonly stop: AbortController;
}

const MOST_WORKERS = 4;
const SLOTS = 4;
const VISIBILITY_SECONDS = 120;
/** Longer than in a real worker: nothing but the number of events to simulate depends on it. */
const RECEIVE_WAIT_SECONDS = 5;
const DRAIN_MS = 105_000;
/** From SIGTERM to SIGKILL: Fargate's longest. */
const STOP_TIMEOUT_MS = 120_000;
const CHECK_MS = 15_000;
/** The service shrinks after so long without work. */
const IDLE_MS = 120_000;

export function createService(sim: Simulation): Service {
  const { scheduler, chance, faults } = sim;
  const workers = new Set<Worker>();
  let starting = 0;
  let closed = false;
  let busyAt = scheduler.now();

  function check(): void {
    if (closed) return;
    const backlog = sim.sqs.messages(QUEUES.jobs).length;
    if (backlog > 0) busyAt = scheduler.now();
    const desired = scheduler.now() - busyAt < IDLE_MS ? MOST_WORKERS : 0;
    const staying = [...workers].filter((worker) => !worker.stop.signal.aborted);
    for (let missing = desired - staying.length - starting; missing > 0; missing -= 1) startSoon();
    for (const worker of staying.slice(0, Math.max(0, staying.length - desired))) {
      if (worker.host.task.protectedUntil <= scheduler.now()) stop(worker);
    }
    scheduler.after(CHECK_MS, check);
  }

  function startSoon(): void {
    starting += 1;
    scheduler.after(chance.between(2_000, 30_000), () => {
      starting -= 1;
      if (!closed) start();
    });
  }

  function start(): void {
    const worker = startWorker(sim);
    workers.add(worker);
    worker.host.onDeath(() => workers.delete(worker));
    if (!worker.host.life.alive) return;
    if (faults.draw('worker.killed'))
      scheduler.after(chance.between(20_000, 600_000), () => worker.host.kill('killed'));
    if (faults.draw('worker.machine-lost')) {
      scheduler.after(chance.between(20_000, 600_000), () => worker.host.kill('machine-lost'));
    }
    if (faults.draw('worker.told-to-stop')) scheduler.after(chance.between(30_000, 400_000), () => stop(worker));
  }

  function stop(worker: Worker): void {
    if (worker.stop.signal.aborted || !worker.host.life.alive) return;
    worker.stop.abort();
    worker.host.life.resume(() => worker.consumer.drain(DRAIN_MS));
    scheduler.after(STOP_TIMEOUT_MS, () => {
      if (worker.host.life.alive) faults.draw('worker.killed-after-stop');
      worker.host.die(DEATHS.notHeeding);
    });
  }

  scheduler.after(0, check);
  return {
    close() {
      closed = true;
      for (const worker of workers) stop(worker);
    },
    get busy() {
      return [...workers].some(({ host }) => host.jobs.size > 0);
    },
    get running() {
      return workers.size;
    },
  };
}

/** The command `service`, as worker/service.ts composes it. */
function startWorker(sim: Simulation): Worker {
  const { scheduler, faults, mutation } = sim;
  const host = createHost(sim, sim.ecs.start('service:worker', 'ecs-svc/1'));
  const ports = simulatedPorts(sim, host, 'service');
  const logger = loggerOf(sim, host);
  const stop = new AbortController();
  const queue = createJobQueue(host.clients.sqs, QUEUES.jobs);
  const handle = mutation?.handle?.(handleDelivery) ?? handleDelivery;
  const answer = async (until: number): Promise<ProtectionAnswer> => {
    // What a dead worker still had in mind is not carried out.
    if (!host.life.alive) return new Promise(() => undefined);
    if (faults.draw('ecs.protection-refused')) return { kind: 'refused', reason: 'TASK_NOT_VALID' };
    if (faults.draw('ecs.protection-unavailable')) return { kind: 'unavailable', reason: 'no answer' };
    host.task.protectedUntil = until;
    return { kind: 'granted' };
  };
  const protection = {
    protect: (minutes: number) => answer(scheduler.now() + minutes * 60_000),
    release: () => answer(0),
  };
  const consumer = createConsumer({
    queue: mutation?.queue?.(queue) ?? queue,
    handle: (delivery) => holding(sim, host, delivery, () => handle(ports, delivery)),
    gate: ports.gate,
    protector: createProtector(protection, {
      clock: host.life.clock,
      random: sim.chance.next,
      logger,
      jobMinutes: Math.ceil(JOB_DEADLINE_SECONDS / 60) + 1,
      stop: stop.signal,
    }),
    clock: host.life.clock,
    random: sim.chance.next,
    logger,
    slots: SLOTS,
    visibilitySeconds: VISIBILITY_SECONDS,
    receiveWaitSeconds: RECEIVE_WAIT_SECONDS,
  });
  void consumer.run().then(() => host.die(DEATHS.scaledIn));
  return { host, consumer, stop };
}

/** Keeps account of what the host works on, and of deliveries that come back though their job is settled. */
async function holding(
  { tally, s3 }: Simulation,
  { jobs }: Host,
  { body }: JobDelivery,
  action: () => Promise<JobEnd>,
): Promise<JobEnd> {
  const jobId = jobIdOfBody(body);
  if (jobId === undefined) return action();
  jobs.set(jobId, (jobs.get(jobId) ?? 0) + 1);
  const end = await action();
  const left = (jobs.get(jobId) ?? 1) - 1;
  if (left > 0) jobs.set(jobId, left);
  else jobs.delete(jobId);
  if (end.kind === 'retry' && s3.results.has(recordKeys.outcome(jobId))) tally.returns += 1;
  return end;
}

/** Undefined for a message that names no job. */
export function jobIdOfBody(body: string): JobId | undefined {
  try {
    return parseObjectCreated(body).jobId;
  } catch {
    return undefined;
  }
}
