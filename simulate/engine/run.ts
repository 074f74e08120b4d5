import type { Setting } from '../setting.ts';
import type { Work } from '../work.ts';
import type { Policy } from './policy.ts';
import { createWorld } from './world.ts';

/** Nothing that is simulated takes longer than this after its last arrival, seconds. */
const LONGEST_DRAIN = 200_000;

/** What a run was like, second by second; for charts. */
export interface Series {
  readonly visible: number[];
  readonly running: number[];
  readonly desired: number[];
  /** Age of the oldest message that waits, seconds. */
  readonly age: number[];
  /** Jobs that the responder has in hand. */
  readonly responding: number[];
}

/** What a run came to. */
export interface Run {
  /** Age of each message when it was done, seconds, in the order of arrival. */
  readonly ages: Float64Array;
  readonly taskSeconds: number;
  /** Of the responder. */
  readonly responderSeconds: number;
  readonly responderJobs: number;
  /** Seconds for which the responder's mapping was enabled. */
  readonly pollingSeconds: number;
  /** Seconds for which the policy's own function ran. */
  readonly functionSeconds: number;
  readonly launches: number;
  readonly peakTasks: number;
  /** When the last message was done, seconds. */
  readonly doneAt: number;
  readonly endedAt: number;
  readonly series: Series | undefined;
}

/** Runs a policy on the work of a seed. Deterministic. */
export function run(work: Work, policy: Policy, setting: Setting, seed: number, record = false): Run {
  const world = createWorld(work, policy, setting, seed);
  const last = work.arrivals.at(-1) ?? 0;
  const series: Series | undefined = record
    ? { visible: [], running: [], desired: [], age: [], responding: [] }
    : undefined;
  let second = 0;
  do {
    second += 1;
    world.advance(second);
    if (series) world.note(series);
  } while ((second < work.horizon || !world.empty()) && second < last + LONGEST_DRAIN);
  return { ...world.result(second), series };
}
