import { createListings } from '../../../aws/listings.ts';
import { createMessageSender } from '../../../aws/message-sender.ts';
import type { SweepReport } from '../../../core/sweep-report.ts';
import { sweepInbox } from '../../../worker/sweep-inbox.ts';
import { createHost, DEATHS } from './host.ts';
import { LARGE_OBJECT_BYTES } from './job-ports.ts';
import { INBOX, RESULTS } from './s3-service.ts';
import { QUEUES, type Simulation } from './simulation.ts';

const PERIOD_MS = 15 * 60_000;
/** Younger versions are left to their event. */
const GRACE_MS = 10 * 60_000;

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
    const { s3, sqs } = host.clients;
    if (faults.draw('sweep.killed'))
      scheduler.after(chance.between(10, 500), () => host.life.alive && host.kill('killed'));
    const swept = sweepInbox({
      listings: createListings({ client: s3, name: INBOX }, { client: s3, name: RESULTS }),
      queues: {
        service: createMessageSender(sqs, QUEUES.jobs),
        task: createMessageSender(sqs, QUEUES.launches),
      },
      largeObjectBytes: LARGE_OBJECT_BYTES,
      graceMs: GRACE_MS,
      clock: host.life.clock,
      signal: new AbortController().signal,
    });
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
