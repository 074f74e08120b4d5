import type { Policy, View } from '../../../simulate/engine/policy.ts';
import type { Setting } from '../../../simulate/setting.ts';
import type { Work } from '../../../simulate/work.ts';

export const SETTING: Setting = {
  slots: 2,
  minTasks: 0,
  maxTasks: 50,
  latencyTargetSeconds: 60,
  idleSeconds: 300,
  holdSeconds: 60,
  wakeSeconds: 1.5,
  attributesAgeSeconds: 3,
  attributesNoise: 0.05,
  responder: undefined,
};

/** Messages at these seconds, each of `jobSeconds`. */
export function workAt(arrivals: readonly number[], jobSeconds = 0.5, changes: Partial<Work> = {}): Work {
  return {
    arrivals: Float64Array.from(arrivals),
    durations: new Float64Array(arrivals.length).fill(jobSeconds),
    jobSeconds,
    horizon: 600,
    startTasks: 0,
    ...changes,
  };
}

/** A policy that says what `tick` says. */
export function policyOf(tick: (view: View) => number, changes: Partial<Policy> = {}): Policy {
  return { name: 'test', about: '', minTasks: 0, protects: 'none', begin: () => ({ tick }), ...changes };
}

/** A second of a system, as policies see it. */
export function viewAt(second: number, changes: Partial<View> = {}): View {
  const { visible = 0, inFlight = 0 } = changes;
  return {
    ...{ second, visible, inFlight, running: 1, desired: 1, busyShare: 0, done: 0, slotSeconds: 0 },
    past: () => ({ visible, inFlight }),
    ...changes,
  };
}
