import type { LaunchedTask } from '../../aws/launched-tasks.ts';
import { alertKey } from '../../core/alert-window.ts';
import type { JobId } from '../../core/job.ts';
import { type QueueRoute, recordKeys } from '../../core/outcome.ts';
import { sweepHealedAlert } from '../../core/sweep-alert.ts';
import type { SweepReport } from '../../core/sweep-report.ts';
import { compare } from './compare.ts';
import { createFindings, type Findings } from './findings.ts';
import { type HeldLease, LeaseLostError, takeLease } from './lease.ts';
import { stopOverdueTasks } from './overdue-tasks.ts';
import { createPointerRound } from './pointers.ts';
import type { SweepPorts } from './ports.ts';
import type { SweepRun } from './run.ts';

/**
 * Heals what was lost: by state, not by time, so it may come late, come twice, or break off anywhere. Whatever it does is
 * harmless when done again; the lease only saves the doing. Rejects when AWS does not let it finish: the next one will.
 */
export async function runSweep(ports: SweepPorts, signal: AbortSignal): Promise<SweepReport> {
  const startedAt = ports.clock.now();
  const findings = createFindings(ports.logger);
  const report = (end: SweepReport['end'], heldBy?: string): SweepReport => {
    const now = ports.clock.now();
    return {
      v: 1,
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(now).toISOString(),
      milliseconds: Math.max(0, now - startedAt),
      taskArn: ports.taskArn,
      end,
      ...(heldBy === undefined ? {} : { heldBy }),
      ...findings.counts,
      ...ports.usage(),
    };
  };

  const lease = await takeLease(ports);
  if ('heldBy' in lease) return report('skipped-overlap', lease.heldBy);
  try {
    await sweepWith(lease, { ports, findings, signal, startedAt });
    const done = report(signal.aborted ? 'stopped' : 'complete');
    await tellOfLosses(ports, findings, done);
    return done;
  } catch (error) {
    if (error instanceof LeaseLostError) return report('lease-lost');
    // Nobody has to wait for a lease to expire.
    await lease.release(lease.progress).catch(() => undefined);
    throw error;
  }
}

async function sweepWith(
  lease: HeldLease,
  start: Pick<SweepRun, 'ports' | 'findings' | 'signal' | 'startedAt'>,
): Promise<void> {
  const { ports, findings, startedAt, signal } = start;
  await sendDigests(ports, findings);
  const run: SweepRun = {
    ...start,
    lease,
    sinceLastSweepMs: startedAt - Date.parse(lease.progress.lastSweepAt ?? '') || Number.POSITIVE_INFINITY,
    launched: await launchedByJob(ports),
    emptyQueues: await emptyQueuesOf(ports),
  };
  await stopOverdueTasks(run);
  const pointers = createPointerRound(lease.progress.pointerCursor);
  await compare(run, pointers);
  const pointerCursor = await pointers.check(run);
  // A sweep that did not see everything leaves the turns of what it did not see to the next one.
  const lastSweepAt = signal.aborted ? lease.progress.lastSweepAt : new Date(startedAt).toISOString();
  await lease.release({
    ...(lastSweepAt === undefined ? {} : { lastSweepAt }),
    ...(pointerCursor === undefined ? {} : { pointerCursor }),
  });
}

/** Nobody else does when stops have ceased. */
async function sendDigests({ desk, taskArn }: SweepPorts, findings: Findings): Promise<void> {
  try {
    findings.counts.digests = await desk.catchUp(taskArn);
  } catch (error) {
    findings.problem('the e-mails that were held back', error);
  }
}

async function launchedByJob({ launched }: SweepPorts): Promise<ReadonlyMap<JobId, readonly LaunchedTask[]>> {
  const tasks = await launched.list();
  return Map.groupBy(tasks, ({ jobId }) => jobId);
}

async function emptyQueuesOf({ queues }: SweepPorts): Promise<Set<QueueRoute>> {
  const routes = ['service', 'task'] as const;
  const depths = await Promise.all(routes.map((route) => queues[route].messages()));
  return new Set(routes.filter((_, index) => depths[index] === 0));
}

/** A loss raises no other alarm: an event that never came is missed by nobody but the sweep. One e-mail a sweep. */
async function tellOfLosses(ports: SweepPorts, findings: Findings, report: SweepReport): Promise<void> {
  if (report.lost === 0) return;
  const now = ports.clock.now();
  try {
    const mark = { by: ports.taskArn, at: new Date(now).toISOString() };
    if (!(await ports.marks.set(alertKey('sweep-healed', now), mark))) return;
    await ports.alerts.publish(sweepHealedAlert(report, ports.stage, recordKeys.report(report.startedAt)));
  } catch (error) {
    findings.problem('the e-mail on what was lost', error);
  }
}
