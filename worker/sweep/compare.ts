import { type JobId, jobIdOf } from '../../core/job.ts';
import { mendFollowUps } from './follow-ups.ts';
import { createOutcomeTable, type OutcomeTable } from './outcome-table.ts';
import type { PointerRound } from './pointers.ts';
import { putBack } from './put-back.ts';
import type { SweepRun } from './run.ts';

/** First digits of job ids, listed four at once. */
const DIGITS = ['0123', '4567', '89ab', 'cdef'];

/** Outcomes that are held in memory at a time: 16 million slots of 40 bytes, 1 GB while it grows, of the task's 2. */
const TABLE_LIMIT = 8_000_000;

/**
 * Compares the inbox, the outcomes and the timeline. They have no order in common (outcomes are named by hash), so the
 * outcomes are the table and the other two stream past it. More outcomes than fit are taken in parts, by their first
 * digit, with one walk of the inbox for each part: requests are traded for memory, and nothing is left out.
 */
export async function compare(run: SweepRun, pointers: PointerRound, tableLimit = TABLE_LIMIT): Promise<void> {
  const left = [...DIGITS];
  for (let part = 0; left.length > 0 && !run.signal.aborted; part += 1) {
    const table = createOutcomeTable();
    const digits = await loadOutcomes(run, left, table, tableLimit);
    if (part === 0) await confirmEmptyQueues(run);
    await Promise.all([
      walkInbox(run, { table, digits, onPage: (page) => part === 0 && pointers.see(page) }),
      walkTimeline(run, table),
    ]);
    if (!run.signal.aborted) await mendFollowUps(run, table);
  }
}

/** Takes digits off `left` while the next ones are likely to fit. */
async function loadOutcomes(run: SweepRun, left: string[], table: OutcomeTable, limit: number): Promise<string> {
  let digits = '';
  let largest = 0;
  while (left.length > 0 && (digits === '' || table.size + largest <= limit)) {
    const next = left.shift() ?? '';
    const before = table.size;
    for await (const page of run.ports.listings.outcomes([...next])) {
      await run.lease.keep();
      for (const { jobId, lastModified } of page) table.add(jobId, lastModified);
    }
    digits += next;
    largest = Math.max(largest, table.size - before);
  }
  return digits;
}

/** SQS's counts are of a moment: only a queue that was empty before the listing too has no messages. */
async function confirmEmptyQueues({ ports, emptyQueues }: SweepRun): Promise<void> {
  for (const route of emptyQueues) {
    if ((await ports.queues[route].messages()) > 0) emptyQueues.delete(route);
  }
}

interface Walk {
  readonly table: OutcomeTable;
  /** First digits of the job ids that the table is about. */
  readonly digits: string;
  onPage(page: Parameters<PointerRound['see']>[0]): void;
}

async function walkInbox(run: SweepRun, { table, digits, onPage }: Walk): Promise<void> {
  const { counts } = run.findings;
  const isCovered = (jobId: JobId) => digits.includes(jobId.charAt(0));
  for await (const page of run.ports.listings.versions()) {
    if (run.signal.aborted) return;
    await run.lease.keep();
    // A console writes "folders" as empty objects with such names.
    const versions = page.filter(({ source }) => !source.key.endsWith('/'));
    onPage(versions);
    const covered = versions
      .map((version) => ({ version, jobId: jobIdOf(version.source) }))
      .filter(({ jobId }) => isCovered(jobId));
    const missing = covered.filter(({ jobId }) => !table.has(jobId));
    counts.scanned += covered.length;
    counts.withOutcome += covered.length - missing.length;
    await putBack(
      run,
      missing.map(({ version }) => version),
    );
  }
}

async function walkTimeline({ ports, signal }: SweepRun, table: OutcomeTable): Promise<void> {
  for await (const page of ports.listings.timeline()) {
    if (signal.aborted) return;
    for (const { jobId, finishedAt } of page) table.entered(jobId, finishedAt);
  }
}
