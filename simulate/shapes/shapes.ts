import { createRandom, type Random } from '../random.ts';
import type { Work } from '../work.ts';

/** A kind of load. */
export interface Shape {
  readonly name: string;
  readonly about: string;
  /** Of one slot, mean. */
  readonly jobSeconds: number;
  readonly horizon: number;
  /** Arrivals a second that tasks are there for at the start. */
  readonly startRate: number;
  arrivals(random: Random): Float64Array;
}

/** How much jobs differ: the coefficient of variation of pictures of a telephone. */
const VARIATION = 0.7;
const HOUR = 3600;

const poisson = (random: Random, seconds: number, most: number, rate: (at: number) => number = () => most) => {
  const times: number[] = [];
  for (let at = 0; ; ) {
    at -= Math.log(1 - random.next()) / most;
    if (at > seconds) return Float64Array.from(times);
    if (random.next() * most < rate(at)) times.push(at);
  }
};

/** `count` messages within `seconds`, some time after `from`. */
function burst(random: Random, count: number, from: number, seconds: number): Float64Array {
  const begin = from + random.between(0, 60);
  return Float64Array.from({ length: count }, () => begin + random.between(0, seconds)).sort();
}

function severalBursts(random: Random): Float64Array {
  const parts = Array.from({ length: 11 }, (_, index) => [...burst(random, 500, 300 + 600 * index, 5)]);
  return Float64Array.from(parts.flat()).sort();
}

const light = { jobSeconds: 0.5, startRate: 0 };

/** The loads of the comparison. */
export const SHAPES: readonly Shape[] = [
  {
    ...light,
    name: 'burst',
    about: '3,000 messages within 10 s into an idle service',
    horizon: HOUR,
    arrivals: (random) => burst(random, 3000, 600, 10),
  },
  {
    ...light,
    name: 'large-burst',
    about: '30,000 messages within 30 s into an idle service',
    horizon: HOUR,
    arrivals: (random) => burst(random, 30_000, 600, 30),
  },
  {
    name: 'heavy-burst',
    about: '200 messages of 20 s of work each within 10 s into an idle service',
    jobSeconds: 20,
    startRate: 0,
    horizon: 1.5 * HOUR,
    arrivals: (random) => burst(random, 200, 600, 10),
  },
  {
    ...light,
    name: 'diurnal',
    about: 'a day in four hours: 0.5 to 59.5 a second and back',
    horizon: 4 * HOUR,
    arrivals: (random) => poisson(random, 4 * HOUR, 60, (at) => 30 - 29.5 * Math.cos((2 * Math.PI * at) / (4 * HOUR))),
  },
  {
    ...light,
    name: 'spike',
    about: '6 a second, ten times as many for five minutes',
    startRate: 6,
    horizon: 1.5 * HOUR,
    arrivals: (random) => poisson(random, 1.5 * HOUR, 60, (at) => (at > 1800 && at < 2100 ? 60 : 6)),
  },
  {
    ...light,
    name: 'steady',
    about: '18 a second',
    startRate: 18,
    horizon: HOUR,
    arrivals: (random) => poisson(random, HOUR, 18),
  },
  {
    ...light,
    name: 'trickle',
    about: 'one message in ten minutes',
    horizon: 4 * HOUR,
    arrivals: (random) => poisson(random, 4 * HOUR, 1 / 600),
  },
  {
    ...light,
    name: 'minibursts',
    about: '500 messages every ten minutes',
    horizon: 2 * HOUR,
    arrivals: severalBursts,
  },
];

/** The work of a shape for a seed: the same for every policy. */
export function workOf(shape: Shape, slots: number, seed: number): Work {
  const random = createRandom(seed * 101 + 7);
  const arrivals = shape.arrivals(random);
  const durations = Float64Array.from(arrivals, () => random.lognormal(shape.jobSeconds, VARIATION));
  // Enough for the load to be three quarters of what they can do.
  const startTasks = Math.ceil((shape.startRate * shape.jobSeconds) / (slots * 0.75));
  return { arrivals, durations, jobSeconds: shape.jobSeconds, horizon: shape.horizon, startTasks };
}

/** The work of a shape for the seeds from 1 on. */
export function worksOf(shape: Shape, slots: number, seeds: number): ReadonlyMap<number, Work> {
  return new Map(Array.from({ length: seeds }, (_, index) => [index + 1, workOf(shape, slots, index + 1)]));
}
