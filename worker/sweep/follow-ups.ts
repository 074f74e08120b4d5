import { type JobId, jobOf } from '../../core/job.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import { type Outcome, queueRouteOf } from '../../core/outcome.ts';
import { followUp } from '../steps/follow-up.ts';
import { inParallel } from './in-parallel.ts';
import type { OutcomeTable } from './outcome-table.ts';
import type { SweepRun } from './run.ts';

/** What one sweep makes up for; the next one finds the rest. */
const PER_SWEEP = 10_000;
const CHUNK = 200;
const AT_ONCE = 16;

/**
 * Makes up for what follows from outcomes and did not happen: whoever committed them died, and no message is left that
 * would bring somebody else by. The timeline is the last thing that is written, so what it lacks is what is unfinished.
 */
export async function mendFollowUps(run: SweepRun, table: OutcomeTable): Promise<void> {
  const unfinished: JobId[] = [];
  for (const jobId of table.unfinished(run.startedAt - run.ports.graceMs)) {
    if (unfinished.length >= PER_SWEEP) break;
    unfinished.push(jobId);
  }
  for (let start = 0; start < unfinished.length && !run.signal.aborted; start += CHUNK) {
    await run.lease.keep();
    await inParallel(unfinished.slice(start, start + CHUNK), AT_ONCE, (jobId) => mend(run, jobId));
  }
}

async function mend({ ports, findings }: SweepRun, jobId: JobId): Promise<void> {
  try {
    const outcome = await ports.outcomes.read(jobId);
    // Dates of S3 and of a worker may lie apart: the listing suspects, this decides.
    if (outcome === undefined || (await ports.listings.isOnTimeline(outcome))) return;
    await finish(ports, outcome);
    findings.counts.followedUp += 1;
  } catch (error) {
    findings.problem(`the follow-up of job ${jobId}`, error);
  }
}

async function finish(ports: SweepRun['ports'], outcome: Outcome): Promise<void> {
  const { latest, objects, timeline, queues } = ports;
  const { source, route } = outcome;
  // A message that named no object can only be copied by whoever has it.
  if (source === undefined) return timeline.add(outcome);
  const body = objectCreatedBody(jobOf(source), 'slipway.sweep');
  const { deadLetters } = queues[queueRouteOf(route)];
  await followUp({ latest, objects, timeline, deadLetters }, { body }, outcome);
}
