import { createHash } from 'node:crypto';
import {
  journalSchema,
  latestSchema,
  type Outcome,
  outcomeSchema,
  timelineEntrySchema,
} from '../../../core/outcome.ts';
import type { DeadLetter, World } from '../checker.ts';
import { EPOCH } from './scheduler.ts';
import { jobIdOfBody } from './service.ts';
import { QUEUES, type Simulation } from './simulation.ts';
import type { Uploads } from './uploads.ts';

/** E-mails of one kind: one in this time. */
const MAIL_WINDOW_MS = 15 * 60_000;

/** Outcomes as they lie in the results bucket. */
export function outcomesOf(sim: Simulation): Map<string, { readonly outcome: Outcome; readonly writes: number }> {
  const found = new Map<string, { outcome: Outcome; writes: number }>();
  for (const [key, { body, writes }] of sim.s3.results) {
    if (!key.startsWith('outcomes/')) continue;
    const outcome = outcomeSchema.parse(JSON.parse(body.toString())) as Outcome;
    found.set(outcome.jobId, { outcome, writes });
  }
  return found;
}

/** What the simulation left behind, for the checker. */
export function snapshot(sim: Simulation, { uploads, messages }: Uploads, unclosed: readonly string[]): World {
  const { s3, tally } = sim;
  const entries = [...s3.results];
  const named = (prefix: string) => entries.filter(([key]) => key.startsWith(prefix));
  return {
    uploads,
    messages,
    outcomes: new Map(
      [...outcomesOf(sim)].map(([jobId, { outcome, writes }]) => {
        const { status, reason, outputs, metadata } = outcome;
        const madeFrom = metadata?.sha256;
        return [
          jobId,
          {
            status,
            outputs,
            writes,
            ...(reason === undefined ? {} : { reason }),
            ...(typeof madeFrom === 'string' ? { madeFrom } : {}),
          },
        ];
      }),
    ),
    outputs: new Map(
      named('outputs/').map(([key, { body }]) => [key, createHash('sha256').update(body).digest('hex')]),
    ),
    latest: named('latest/').map(([, { body }]) => latestSchema.parse(JSON.parse(body.toString()))),
    timeline: new Set(
      named('timeline/').map(([, { body }]) => timelineEntrySchema.parse(JSON.parse(body.toString())).jobId),
    ),
    deadLetters: [QUEUES.jobDeadLetters, QUEUES.launchDeadLetters].flatMap((url) => deadLettersOf(sim, url)),
    queues: [QUEUES.jobs, QUEUES.launches].map((name) => {
      const left = sim.sqs.messages(name);
      const inFlight = left.filter(({ visibleAt }) => visibleAt > sim.scheduler.now()).length;
      return { name, visible: left.length - inFlight, inFlight };
    }),
    unclosed: [...unclosed],
    mails: { sent: tally.mails.length, ceiling: mailCeiling(sim) },
  };
}

function deadLettersOf(sim: Simulation, url: string): DeadLetter[] {
  return sim.sqs.messages(url).map(({ attributes, body }) => {
    const { reason } = attributes;
    const jobId = attributes.jobId ?? jobIdOfBody(body);
    return { ...(jobId === undefined ? {} : { jobId }), ...(reason === undefined ? {} : { reason }) };
  });
}

/** One of a kind in a quarter of an hour; a handler that broke off may repeat the one that it had sent. */
function mailCeiling({ tally, scheduler, s3 }: Simulation): number {
  const kinds = new Set([...s3.results.keys()].flatMap((key) => (key.startsWith('alerts/') ? key.split('/')[1] : [])));
  const windows = Math.ceil((scheduler.now() - EPOCH) / MAIL_WINDOW_MS) + 1;
  return kinds.size * windows + tally.brokenFunctions;
}

/** Attempts that look as if they ran, in tasks that live and do nothing; but for those whose worker said that it could not help it. */
export function orphanAttempts(sim: Simulation): string[] {
  const open: string[] = [];
  for (const [key, { body }] of sim.s3.results) {
    if (!key.startsWith('journal/')) continue;
    const { jobId, attempts } = journalSchema.parse(JSON.parse(body.toString()));
    if (sim.tally.leftOpen.has(jobId)) continue;
    for (const { id, taskArn, closed, endsBy } of attempts) {
      // Lambda's end is known before it comes.
      if (endsBy !== undefined && Date.parse(endsBy) <= sim.scheduler.now()) continue;
      if (closed === undefined && sim.ecs.tasks.get(taskArn)?.stoppedAt === undefined) open.push(`attempt ${id}`);
    }
  }
  return open;
}
