import type { Policy } from './engine/policy.ts';
import { type Run, run } from './engine/run.ts';
import { dollarsOf, type Prices } from './price.ts';
import type { Setting } from './setting.ts';
import type { Work } from './work.ts';

/** A policy under the name that it has in a table, with its setting. */
export interface Contender {
  readonly name: string;
  readonly policy: Policy;
  readonly setting: Setting;
}

/** What a policy made of a load: medians over the seeds. Ages in seconds. */
export interface Figures {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly taskSeconds: number;
  readonly dollars: number;
  readonly peakTasks: number;
  readonly launches: number;
  /** Share of the messages that the first responder did. */
  readonly responded: number;
}

/** Runs a contender on the work of each seed. */
export function measure(
  { name, policy, setting }: Contender,
  works: ReadonlyMap<number, Work>,
  prices: Prices,
): Figures {
  const runs = [...works].map(([seed, work]) => figuresOf(name, run(work, policy, setting, seed), prices));
  const middle = (pick: (figures: Figures) => number) => median(runs.map(pick));
  return {
    name,
    p50: middle(({ p50 }) => p50),
    p95: middle(({ p95 }) => p95),
    max: middle(({ max }) => max),
    taskSeconds: middle(({ taskSeconds }) => taskSeconds),
    dollars: middle(({ dollars }) => dollars),
    peakTasks: middle(({ peakTasks }) => peakTasks),
    launches: middle(({ launches }) => launches),
    responded: middle(({ responded }) => responded),
  };
}

function figuresOf(name: string, result: Run, prices: Prices): Figures {
  const ages = result.ages.toSorted();
  return {
    name,
    p50: quantile(ages, 0.5),
    p95: quantile(ages, 0.95),
    max: ages.at(-1) ?? 0,
    taskSeconds: result.taskSeconds,
    dollars: dollarsOf(result, prices),
    peakTasks: result.peakTasks,
    launches: result.launches,
    responded: ages.length === 0 ? 0 : result.responderJobs / ages.length,
  };
}

/** The value below which this share of `sorted` lies. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The middle value; the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
