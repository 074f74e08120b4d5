import { createAlertDesk } from '../../../aws/alert-desk.ts';
import { createJournalStore } from '../../../aws/journal-store.ts';
import { createLatestStore } from '../../../aws/latest-store.ts';
import { createLaunchedTasks } from '../../../aws/launched-tasks.ts';
import { createLeaseStore } from '../../../aws/lease-store.ts';
import { createListings } from '../../../aws/listings.ts';
import { createMarkStore } from '../../../aws/mark-store.ts';
import { createMessageSender } from '../../../aws/message-sender.ts';
import { createObjectStore } from '../../../aws/object-store.ts';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { createQueueDepth } from '../../../aws/queue-depth.ts';
import { createTaskFacts } from '../../../aws/task-facts.ts';
import { createTimelineStore } from '../../../aws/timeline-store.ts';
import type { SweepReport } from '../../../core/sweep-report.ts';
import type { SweepPorts } from '../../../worker/sweep/ports.ts';
import { runSweep } from '../../../worker/sweep/run-sweep.ts';
import { createHost, DEATHS, type Host } from './host.ts';
import { JOB_DEADLINE_SECONDS, LARGE_OBJECT_BYTES, loggerOf } from './job-ports.ts';
import { INBOX, RESULTS } from './s3-service.ts';
import { QUEUES, type Simulation } from './simulation.ts';

const PERIOD_MS = 15 * 60_000;
/** Younger versions are left to their event. */
export const GRACE_MS = 10 * 60_000;

/** The schedule of the sweep. `onReport` hears of every sweep that comes to its end. */
export function scheduleSweeps(sim: Simulation, onReport: (report: SweepReport) => void): { close(): void } {
  const { scheduler, chance, faults } = sim;
  let closed = false;

  function tick(): void {
    if (closed) return;
    sweep();
    if (faults.draw('sweep.started-twice')) scheduler.after(chance.between(0, 2_000), sweep);
    scheduler.after(PERIOD_MS, tick);
  }

  /** The command `sweep`, as worker/sweep.ts composes it. */
  function sweep(): void {
    const host = createHost(sim, sim.ecs.start('family:sweep', 'sweep/tick'));
    if (faults.draw('sweep.killed'))
      scheduler.after(chance.between(10, 500), () => host.life.alive && host.kill('killed'));
    const swept = runSweep(
      sim.mutation?.sweepPorts?.(portsOf(sim, host)) ?? portsOf(sim, host),
      new AbortController().signal,
    );
    void swept.then(
      (report) => {
        sim.trace(() => `sweep: ${JSON.stringify(report)}`);
        host.die(DEATHS.exit(0));
        onReport(report);
      },
      () => host.die(DEATHS.exit(1)),
    );
  }

  scheduler.after(PERIOD_MS, tick);
  return {
    close() {
      closed = true;
    },
  };
}

/** The ports of a sweep, as worker/sweep.ts joins them, but to a simulated AWS. */
function portsOf(sim: Simulation, { clients: { s3, sqs, ecs }, life, task, unclosed }: Host): SweepPorts {
  const results = { client: s3, name: RESULTS };
  const marks = createMarkStore(results);
  const alerts = { publish: async ({ subject }: { subject: string }) => void sim.tally.mails.push(subject) };
  const queue = (url: string, deadLetterUrl: string) => ({
    ...createMessageSender(sqs, url),
    ...createQueueDepth(sqs, url),
    deadLetters: createMessageSender(sqs, deadLetterUrl),
  });
  return {
    taskArn: task.arn,
    stage: 'sim',
    largeObjectBytes: LARGE_OBJECT_BYTES,
    graceMs: GRACE_MS,
    jobDeadlineMs: 1000 * JOB_DEADLINE_SECONDS,
    clock: life.clock,
    logger: loggerOf(sim, { task, unclosed }),
    usage: () => ({ requests: 0, peakMib: 0 }),
    lease: createLeaseStore(results),
    tasks: createTaskFacts(ecs, 'slipway'),
    launched: createLaunchedTasks(ecs, { cluster: 'slipway', family: 'job' }),
    listings: createListings({ client: s3, name: INBOX }, results),
    queues: {
      service: queue(QUEUES.jobs, QUEUES.jobDeadLetters),
      task: queue(QUEUES.launches, QUEUES.launchDeadLetters),
    },
    outcomes: createOutcomeStore(results),
    journal: createJournalStore(results),
    latest: createLatestStore(results),
    objects: createObjectStore(s3),
    timeline: createTimelineStore(results),
    desk: createAlertDesk({ marks, alerts, clock: life.clock, stage: 'sim' }),
    marks,
    alerts,
  };
}
