import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import type { Remains } from './read-world.ts';
import type { Stack } from './stack.ts';
import type { Acknowledged } from './upload.ts';

/** Middle, nearly worst and worst of some durations, milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a run came to. */
export interface Figures {
  readonly uploads: number;
  /** Faults that were carried out, by the name of their rule. */
  readonly faults: Readonly<Record<string, number>>;
  /** Workers that died of SIGKILL. */
  readonly kills: number;
  readonly stalls: number;
  /** Of them refused with a reason, of the bad inputs tried. */
  readonly badInputs: { readonly refused: number; readonly tried: number };
  /** Starts of the work per upload. */
  readonly amplification: number;
  /** By sweeps after the last upload, when the queues were empty. */
  readonly requeuedBySweeps: number;
  readonly uploadToResultMs: Spread;
  /** From a SIGKILL to the outcome of each job that the worker had begun. */
  readonly recoveryMs: Spread;
  readonly mails: number;
}

/** A line of a worker's log about a crash point. */
const crashLineSchema = z.object({ taskArn: z.string(), timestamp: z.string(), stallMs: z.number().optional() });
type CrashLine = z.infer<typeof crashLineSchema>;

/** Counts and measures. */
export async function figuresOf(
  stack: Stack,
  { world, outcomes, journals, reports }: Remains,
  acknowledged: readonly Acknowledged[],
  home: string,
): Promise<Figures> {
  const lastUploadAt = Math.max(0, ...acknowledged.map(({ at }) => at));
  const reached = await crashLines(stack);
  const [stalls, kills] = [true, false].map((stall) =>
    reached.filter(({ stallMs }) => (stallMs !== undefined) === stall),
  );
  const deaths = new Map(kills?.map(({ taskArn, timestamp }) => [taskArn, Date.parse(timestamp)]));
  const finishedAt = new Map(outcomes.map((outcome) => [outcome.jobId as string, Date.parse(outcome.finishedAt)]));
  const waits = acknowledged.flatMap(({ jobId, at }) => (finishedAt.get(jobId) ?? at) - at);
  const recoveries = journals.flatMap(({ jobId, attempts }) =>
    attempts.flatMap(({ taskArn, closed }) => {
      const diedAt = closed === undefined ? deaths.get(taskArn) : undefined;
      const end = finishedAt.get(jobId);
      return diedAt !== undefined && end !== undefined && end > diedAt ? [end - diedAt] : [];
    }),
  );
  const bad = [...world.uploads.filter(({ kind }) => kind === 'bad'), ...world.messages];
  return {
    uploads: world.uploads.length,
    faults: await countFaults(home),
    kills: kills?.length ?? 0,
    stalls: stalls?.length ?? 0,
    badInputs: {
      tried: bad.length,
      refused: bad.filter(({ jobId }) => world.outcomes.get(jobId)?.status === 'failed').length,
    },
    amplification: journals.flatMap(({ attempts }) => attempts).length / Math.max(1, world.uploads.length),
    requeuedBySweeps: reports
      .filter(({ startedAt }) => Date.parse(startedAt) > lastUploadAt)
      .reduce((sum, { requeued }) => sum + requeued.service + requeued.task, 0),
    uploadToResultMs: spreadOf(waits),
    recoveryMs: spreadOf(recoveries),
    mails: world.mails.sent,
  };
}

async function crashLines(stack: Stack): Promise<CrashLine[]> {
  const lines: CrashLine[] = [];
  let nextToken: string | undefined;
  do {
    const page = await stack.logs.send(
      new FilterLogEventsCommand({
        logGroupName: stack.resource('WorkerLogGroup'),
        filterPattern: '"crash point reached"',
        nextToken,
      }),
    );
    for (const { message = '' } of page.events ?? []) lines.push(crashLineSchema.parse(JSON.parse(message)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return lines;
}

/** The stand-in's own record. What it gives a task to start with is no fault yet. */
async function countFaults(home: string): Promise<Record<string, number>> {
  const text = await readFile(join(home, 'data', 'faults.jsonl'), 'utf8').catch(() => '');
  const counts: Record<string, number> = {};
  for (const line of text.split('\n').filter(Boolean)) {
    const { rule } = JSON.parse(line) as { rule: string };
    if (!rule.startsWith('task ')) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

function spreadOf(milliseconds: readonly number[]): Spread {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
