import { type Child, startChild } from '../child.ts';
import type { Area, Goal, Plan } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { type Figures, figuresOf, interleave, median } from '../samples.ts';
import { bootOf } from './boot.ts';
import { type Client, openClient } from './client.ts';
import { often, type Row, rows } from './rows.ts';
import { SERVERS, type ServerName, type ServerNote } from './server.ts';

/** Requests of the client at a time. */
const LANES = 8;
/** What a round of a row is multiplied with. */
const SCALE = { quick: 1, full: 6 };
const DEPTHS = { quick: [0, 10_000], full: [0, 10_000, 100_000] };
/** "Without serverless-offline": what the command adds is another program's. */
const BOOT_MS = 2_000;

type Contestant = Child & { readonly word: ServerNote; readonly client: Client };

/** What one round of a row showed. */
interface Sample {
  /** Units a second. */
  readonly rate: number;
  /** Units a second that the server's processor time is enough for. */
  readonly rateOfProcessor: number;
}

interface Line {
  readonly row: Row;
  readonly rates: Figures<ServerName>;
  readonly processor: Figures<ServerName>;
}

/** The stand-in beside fauxqs, on the same client. */
export async function standIn(plan: Plan): Promise<Area> {
  const contestants = new Map<ServerName, Contestant>();
  try {
    for (const name of SERVERS) contestants.set(name, await startContestant(name));
    const lines: Line[] = [];
    for (const row of rows({
      depths: plan.quick ? DEPTHS.quick : DEPTHS.full,
      scale: plan.quick ? SCALE.quick : SCALE.full,
    })) {
      plan.progress(row.name);
      lines.push(await compare(row, contestants, plan.rounds));
    }
    plan.progress('boot');
    return areaOf(lines, await bootOf(plan.rounds));
  } finally {
    for (const { client, end } of contestants.values()) {
      client.close();
      await end();
    }
  }
}

async function startContestant(name: ServerName): Promise<Contestant> {
  const child = await startChild<ServerNote>('stand-in/server.ts', [name]);
  return { ...child, client: openClient(child.word.url, LANES) };
}

async function compare(row: Row, contestants: ReadonlyMap<ServerName, Contestant>, rounds: number): Promise<Line> {
  const measureOne = (name: ServerName) => {
    const contestant = contestants.get(name);
    if (!contestant) throw new Error(`${name} has not been started.`);
    return measure(row, contestant);
  };
  // Once for the compiler.
  for (const name of SERVERS) await measureOne(name);
  const samples = await interleave(SERVERS, rounds, measureOne);
  const rates = figuresOf(samples, ({ rate }: Sample) => rate);
  return { row, rates, processor: figuresOf(samples, ({ rateOfProcessor }: Sample) => rateOfProcessor) };
}

async function measure(row: Row, { client, ask }: Contestant): Promise<Sample> {
  await row.prepare?.(client);
  const before = await ask<ServerNote>({});
  const startedAt = performance.now();
  await often(row.operations, LANES, (index) => row.run(client, index));
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await ask<ServerNote>({});
  const units = row.operations * row.perOperation;
  return { rate: units / seconds, rateOfProcessor: (units * 1e6) / (after.cpu - before.cpu) };
}

function areaOf(lines: readonly Line[], boots: readonly number[]): Area {
  return {
    name: 'stand-in',
    title: 'The stand-in',
    text: TEXT,
    tables: [
      {
        head: ['', 'unit', ...SERVERS, ...SERVERS.slice(1).map((peer) => `ratio to ${peer} (of processor time)`)],
        rows: lines.map(({ row, rates, processor }) => [
          row.name,
          row.unit,
          ...SERVERS.map((name) => figure(rates.median(name))),
          ...SERVERS.slice(1).map(
            (peer) => `${figure(rates.ratio('stand-in', peer))} (${figure(processor.ratio('stand-in', peer))})`,
          ),
        ]),
      },
    ],
    charts: [],
    goals: [...lines.map(besidePeer), ...besideMemory(lines), ...flatness(lines), bootGoal(boots)],
  };
}

const IN_MEMORY = 'fauxqs in memory';
const ON_DISK = 'fauxqs on disk';

/** Against the peer that makes the same promise: what it has acknowledged is there after a kill. */
function besidePeer({ row, rates, processor }: Line): Goal {
  return {
    what: `stand-in ÷ ${ON_DISK}, ${row.name}`,
    value: rates.ratio('stand-in', ON_DISK),
    bound: { atLeast: 1 },
    reason: `by processor time the ratio is ${figure(processor.ratio('stand-in', ON_DISK))}`,
    slack: 2.5,
  };
}

/** Against the peer that promises less: the row that comes off worst stands for all of them. */
function besideMemory(lines: readonly Line[]): Goal[] {
  const [worst] = lines
    .map(({ row, rates, processor }) => ({
      name: row.name,
      ratio: rates.ratio('stand-in', IN_MEMORY),
      ofProcessor: processor.ratio('stand-in', IN_MEMORY),
    }))
    .toSorted((a, b) => a.ratio - b.ratio);
  if (worst === undefined) return [];
  return [
    {
      what: `stand-in ÷ ${IN_MEMORY}, the lowest of all rows: ${worst.name}`,
      value: worst.ratio,
      bound: { atLeast: 1 },
      reason: `the peer loses at a kill what it has acknowledged, and asks no policies; by processor time the ratio is ${figure(worst.ofProcessor)}`,
      slack: 5,
    },
  ];
}

/** What a deep queue leaves of the rate of an empty one; the peer's own share stands in the reason. */
function flatness(lines: readonly Line[]): Goal[] {
  const deep = lines.filter(({ row }) => row.depth !== undefined);
  const [shallow] = deep;
  const deepest = deep.at(-1);
  if (!shallow || !deepest || shallow === deepest) return [];
  const share = (name: ServerName) => deepest.processor.median(name) / shallow.processor.median(name);
  return [
    {
      what: `stand-in, messages received and deleted with ${deepest.row.depth?.toLocaleString('en')} queued ÷ with none (of processor time)`,
      value: share('stand-in'),
      bound: { atLeast: 0.8 },
      reason: `the peer in memory: ${figure(share(IN_MEMORY))}`,
    },
  ];
}

function bootGoal(boots: readonly number[]): Goal {
  return {
    what: 'stand-in, from the start of its process until the compiled template runs, ms',
    value: median(boots),
    bound: { atMost: BOOT_MS },
    slack: 3,
  };
}

const TEXT = `The same client, eight requests at a time over sockets that stay open, asks the stand-in and
[fauxqs](https://github.com/kibertoad/fauxqs), each in a process of its own. Goals are set against fauxqs on disk, because only that mode
keeps through a kill what it has acknowledged, as the stand-in does; fauxqs in memory, which keeps nothing, has one goal, of the row that comes off worst.
The stand-in also decides each call by the policies of its stack, which neither mode does. The ratio of processor time is that of a
machine that does nothing else. Boot is without serverless-offline, which serves the functions and is another program.`;
