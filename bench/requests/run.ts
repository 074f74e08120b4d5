import { fileURLToPath } from 'node:url';
import { PRICES } from '../../cli/cost/prices.ts';
import { drawSmall } from '../pictures/sources.ts';
import type { Area, Plan } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { buildWorker, runWorker } from '../worker-run.ts';

/** Why each request is made; those that are not here nobody expects of a job that goes well. */
const REASONS: Readonly<Record<string, string>> = {
  'GET inbox': 'the object itself',
  'PUT results/journal': 'the attempt is written down before the work, and closed after it (decision 12)',
  'PUT results/outputs': 'one for each output',
  'PUT results/outcomes': 'the commit: created once, by condition',
  'GET results/latest': 'which version the pointer of the key names',
  'PUT results/latest': 'the pointer moves, by condition',
  'PUT results/timeline': 'the outcome in time order; last, so that its absence says what is left to do',
  ReceiveMessage: 'one for each free slot; where jobs are short, one for ten',
  DeleteMessageBatch: 'up to ten messages that end within the same moment',
};

/** Requests of S3 for a picture with two renditions. */
const S3_REQUESTS = 9;

/** Counts the requests that bring objects to their outcomes. */
export async function requests(plan: Plan): Promise<Area> {
  const small = await drawSmall(fileURLToPath(new URL('../node_modules/.cache', import.meta.url)));
  const jobs = plan.quick ? 100 : 500;
  plan.progress(`${jobs} small pictures`);
  const run = await runWorker({ entry: await buildWorker(), files: [small], small, jobs, slots: 2 });
  // What the uploader asked for is not the worker's.
  const counted = Object.entries(run.requests).filter(([name]) => name !== 'PUT inbox' && name !== 'SendMessage');
  const perJob = (matches: RegExp) =>
    counted.filter(([name]) => matches.test(name)).reduce((sum, [, count]) => sum + count, 0) / jobs;
  const dollars = counted.reduce((sum, [name, count]) => sum + (count / jobs) * priceOf(name), 0);
  return {
    name: 'requests',
    title: 'Requests per job',
    text: TEXT,
    tables: [
      {
        head: ['request', 'per job', 'USD per million jobs', 'why'],
        rows: [
          ...counted.map(([name, count]) => [
            name,
            figure(count / jobs),
            figure((count / jobs) * priceOf(name) * 1e6),
            REASONS[name] ?? 'not every time: a retry, or a message that came twice',
          ]),
          ['**all**', figure(perJob(/./)), `**${figure(dollars * 1e6)}**`, ''],
        ],
      },
    ],
    charts: [],
    goals: [
      {
        what: 'requests of S3 per job with two outputs',
        value: perJob(/^(GET|PUT|HEAD|DELETE) /),
        bound: { atMost: S3_REQUESTS + 0.05 },
        slack: 1.1,
      },
      { what: 'requests of SQS per job', value: perJob(/^[A-Z][a-z]/), bound: { atMost: 2.05 }, slack: 1.2 },
    ],
  };
}

/** Dollars of one request. */
function priceOf(name: string): number {
  if (name.startsWith('GET') || name.startsWith('HEAD')) return PRICES.s3Read.dollars;
  return name.startsWith('PUT') ? PRICES.s3Write.dollars : PRICES.sqsRequest.dollars;
}

const TEXT = `Small pictures go through the worker one after the other; the stand-in counts what it is asked for. This is the least that the protocol needs: the first
delivery of a message creates the journal without reading anything, because a job of which no attempt was ever written down has no outcome
either; the journal is closed with the ETag of its first write. Two writes could go, and stay: the journal on a first delivery ([decision
12](decisions/0012-the-first-attempt-is-written-down.md) has the simulation), and the pointer’s read, since a create that is refused costs twelve
times as much as the read that tells.`;
