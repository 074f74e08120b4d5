import { basename } from 'node:path';
import { dollars, seconds, shapeTable } from '../compare/table.ts';
import { contender, ownContenders, settingOf } from '../contenders.ts';
import { chartOf, writeChart } from '../draw/charts.ts';
import { readLoad, workOfLoad } from '../load/read-load.ts';
import { type Figures, measure } from '../measure.ts';
import type { Options } from '../options.ts';
import { latency } from '../policies/latency.ts';
import { pricesOf } from '../price.ts';
import { premises, respondersOf, stageOf } from './stage-of.ts';

const MONTH_SECONDS = 730 * 3600;
/** A shorter load says nothing of a month, seconds. */
const LEAST_FOR_MONTH = 3600;
/** Seeds are for the luck of starts and counts: a long load has enough of it in itself. */
const MANY_MESSAGES = 300_000;

/** `npm run simulate -- --load FILE`: what will I wait, what will I pay. */
export async function answerLoad(options: Options): Promise<number> {
  const stage = await stageOf(options);
  const prices = pricesOf(stage);
  const rows = await readLoad(options.load);
  const first = workOfLoad(rows, options.jobSeconds, 1);
  const seeds = first.arrivals.length > MANY_MESSAGES ? 1 : options.seeds;
  const works = new Map([[1, first]]);
  for (let seed = 2; seed <= seeds; seed++) works.set(seed, workOfLoad(rows, options.jobSeconds, seed));
  const responders = respondersOf(options, stage);
  const figures = ownContenders(stage, responders).map((each) => measure(each, works, prices));
  const load = { messages: first.arrivals.length, seconds: first.horizon, jobSeconds: options.jobSeconds };
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ stage: stage.name, seeds, load, rows: figures }, null, 2)}\n`);
  } else {
    process.stdout.write(`${premises(stage, seeds)}\n`);
    process.stdout.write(
      `${basename(options.load)}: ${load.messages.toLocaleString('en-US')} messages in ${seconds(load.seconds / 60)} minutes, ${options.jobSeconds} s of work each (--job-seconds).\n\n`,
    );
    process.stdout.write(`${shapeTable(figures)}\n\n${sentences(figures, stage.latencyTarget, load.seconds)}\n`);
  }
  if (options.svg !== undefined) {
    const drawn = [0, ...responders].map((concurrency) => contender(latency, settingOf(stage, concurrency)));
    await writeChart(options.svg, 'load', chartOf(basename(options.load), first, drawn));
  }
  return 0;
}

/** The answer in words: of the row that the stage has. */
function sentences(rows: readonly Figures[], target: number, span: number): string {
  const own = rows.findLast(({ name }) => name.startsWith('Slipway'));
  const best = rows.find(({ name }) => name === 'clairvoyant');
  if (own === undefined || best === undefined) return '';
  const kept = own.p95 <= target ? 'within' : 'not within';
  const month =
    span < LEAST_FOR_MONTH ? '' : `, $${dollars((own.dollars / span) * MONTH_SECONDS)} a month at this load`;
  return [
    `You wait: half of the messages are done in ${seconds(own.p50)} s, 95 % in ${seconds(own.p95)} s (${kept} the target of ${target} s), the last in ${seconds(own.max)} s.`,
    `You pay: $${dollars(own.dollars)}${month}; ${(own.dollars / best.dollars).toFixed(2)} times what somebody who knew the load beforehand would.`,
  ].join('\n');
}
