import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { NAMED_POINTS } from './crash-catalogue.ts';
import type { Plan } from './plan.ts';
import type { Remains } from './read-world.ts';
import type { Stack } from './stack.ts';
import type { Acknowledged } from './upload.ts';

/** Middle, nearly worst and worst of some durations, milliseconds. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** So many of so many. */
export interface Share {
  readonly done: number;
  readonly of: number;
}

/** What a run came to. */
export interface Figures {
  readonly uploads: number;
  readonly versionsOverwritten: number;
  readonly versionsDeleted: number;
  /** Faults that were carried out, by the name of their rule. */
  readonly faults: Readonly<Record<string, number>>;
  /** Tasks that died of SIGKILL, of those that were to. */
  readonly kills: Share;
  /** Named points of the worker at which one died, of those of the plan; and how many points there are. */
  readonly crashPoints: Share & { readonly known: number; readonly missed: readonly string[] };
  /** Workers that stood still for longer than their leases. */
  readonly stalls: Share;
  /** Workers that were told to stop while they had work. */
  readonly sigterms: number;
  /** Times that the stand-in itself was killed. */
  readonly restarts: number;
  /** Refused with a reason, of the bad inputs tried. */
  readonly badInputs: Share & { readonly byReason: Readonly<Record<string, number>> };
  readonly goodInputsInDeadLetterQueue: number;
  /** Work that ended when the outcome stood already: it was thrown away. */
  readonly lateCommits: number;
  /** Starts of the work per upload. */
  readonly amplification: number;
  /** By sweeps after the last upload, when the queues were empty; `lostEvents` is what the plan made away with. */
  readonly sweeps: {
    readonly requeued: { readonly service: number; readonly task: number };
    readonly lostEvents: number;
    readonly followedUp: number;
  };
  readonly jobsPerSecond: number;
  readonly uploadToResultMs: Spread;
  /** From a SIGKILL to the outcome of each good job that the worker had begun. */
  readonly recoveryMs: Spread;
  readonly mails: number;
}

/** What figures are made of. */
export interface Evidence {
  readonly stack: Stack;
  readonly remains: Remains;
  readonly acknowledged: readonly Acknowledged[];
  readonly plan: Plan;
  readonly home: string;
  /** Where workers left marks. */
  readonly marks: string;
}

/** Lines of workers that figures are made of; what else they hold is not looked at. */
const crashLineSchema = z.object({
  taskArn: z.string(),
  timestamp: z.string(),
  effect: z.enum(['die', 'stall', 'hoard']),
});
const settledLineSchema = z.object({ won: z.boolean() });

/** Counts and measures. */
export async function figuresOf(evidence: Evidence): Promise<Figures> {
  const { stack, remains, plan, marks, home, acknowledged } = evidence;
  const { world, outcomes, journals, reports } = remains;
  const lines = await logLines(stack, '"crash point reached"', crashLineSchema);
  const deaths = lines.filter(({ effect }) => effect !== 'stall');
  const settled = await logLines(stack, '"job settled"', settledLineSchema);
  const { uploads } = world;
  const lastUploadAt = Math.max(0, ...acknowledged.map(({ at }) => at));
  const late = reports.filter(({ startedAt }) => Date.parse(startedAt) > lastUploadAt);
  const firstUploadAt = Math.min(lastUploadAt, ...acknowledged.map(({ at }) => at));
  const lastOutcomeAt = Math.max(firstUploadAt, ...outcomes.map(({ finishedAt }) => Date.parse(finishedAt)));
  return {
    uploads: uploads.length,
    versionsOverwritten: uploads.length - new Set(uploads.map(({ key }) => key)).size,
    versionsDeleted: uploads.filter(({ deleted }) => deleted).length,
    faults: await countFaults(home),
    kills: {
      done: new Set(deaths.map(({ taskArn }) => taskArn)).size,
      of: sum(Object.values(plan.crashes.kills)),
    },
    crashPoints: await crashPointsOf(plan, marks),
    stalls: { done: lines.length - deaths.length, of: plan.crashes.stalls },
    sigterms: plan.sigterms.length,
    restarts: plan.restartAt === undefined ? 0 : 1,
    badInputs: badInputsOf(remains),
    goodInputsInDeadLetterQueue: goodInputsInDeadLetterQueue(remains),
    lateCommits: settled.filter(({ won }) => !won).length,
    amplification: journals.flatMap(({ attempts }) => attempts).length / Math.max(1, uploads.length),
    sweeps: {
      requeued: {
        service: sum(late.map(({ requeued }) => requeued.service)),
        task: sum(late.map(({ requeued }) => requeued.task)),
      },
      lostEvents: plan.lostEvents,
      followedUp: sum(late.map(({ followedUp, pointers }) => followedUp + pointers.moved)),
    },
    jobsPerSecond: outcomes.length / Math.max(1, (lastOutcomeAt - firstUploadAt) / 1000),
    uploadToResultMs: spreadOf(waitsOf(evidence)),
    recoveryMs: spreadOf(
      recoveriesOf(evidence, new Map(deaths.map((each) => [each.taskArn, Date.parse(each.timestamp)]))),
    ),
    mails: world.mails.sent,
  };
}

async function crashPointsOf(plan: Plan, marks: string): Promise<Figures['crashPoints']> {
  const reached = (await readdir(marks)).map(decodeURIComponent);
  const missed = plan.crashes.named.filter((point) => !reached.some((entry) => entry.startsWith(point)));
  const { length } = plan.crashes.named;
  return { done: length - missed.length, of: length, known: NAMED_POINTS.length, missed };
}

function badInputsOf({ world }: Remains): Figures['badInputs'] {
  const bad = [...world.uploads.filter(({ kind }) => kind === 'bad'), ...world.messages];
  const refused = bad.flatMap(({ jobId, reasons = [] }) => {
    const { status, reason = '' } = world.outcomes.get(jobId) ?? {};
    return status === 'failed' && reasons.includes(reason) ? reason : [];
  });
  const byReason = Map.groupBy(refused.toSorted(), (reason) => reason);
  return {
    done: refused.length,
    of: bad.length,
    byReason: Object.fromEntries([...byReason].map(([reason, each]) => [reason, each.length])),
  };
}

function goodInputsInDeadLetterQueue({ world }: Remains): number {
  const good = new Set(world.uploads.filter(({ kind }) => kind === 'good').map(({ jobId }) => jobId));
  const letters = world.deadLetters.flatMap(({ jobId = '' }) => (good.has(jobId) ? jobId : []));
  return new Set(letters).size;
}

function waitsOf({ remains, acknowledged }: Evidence): number[] {
  const finishedAt = finishTimes(remains);
  return acknowledged.flatMap(({ jobId, at }) => {
    const end = finishedAt.get(jobId);
    return end === undefined ? [] : Math.max(0, end - at);
  });
}

/** Not of jobs that are refused in the end: they kill their workers until they are given up. */
function recoveriesOf({ remains }: Evidence, deaths: ReadonlyMap<string, number>): number[] {
  const finishedAt = finishTimes(remains);
  return remains.journals.flatMap(({ jobId, attempts }) => {
    if (remains.world.outcomes.get(jobId)?.status !== 'complete') return [];
    return attempts.flatMap(({ taskArn, closed }) => {
      const diedAt = closed === undefined ? deaths.get(taskArn) : undefined;
      const end = finishedAt.get(jobId);
      return diedAt !== undefined && end !== undefined && end > diedAt ? end - diedAt : [];
    });
  });
}

function finishTimes({ outcomes }: Remains): Map<string, number> {
  return new Map(outcomes.map(({ jobId, finishedAt }) => [jobId, Date.parse(finishedAt)]));
}

async function logLines<Line>(stack: Stack, filterPattern: string, schema: z.ZodType<Line>): Promise<Line[]> {
  const lines: Line[] = [];
  let nextToken: string | undefined;
  do {
    const page = await stack.logs.send(
      new FilterLogEventsCommand({ logGroupName: stack.resource('WorkerLogGroup'), filterPattern, nextToken }),
    );
    for (const { message = '' } of page.events ?? []) lines.push(schema.parse(JSON.parse(message)));
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function spreadOf(milliseconds: readonly number[]): Spread {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}
