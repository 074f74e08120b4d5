import type { QueueReading, ScalingRule, ScalingSituation } from '../../../core/scaling/decide.ts';

/** T = 15 s: a task of 2 slots and 4 jobs a second is for 60 messages. */
export const RULE: ScalingRule = { latencyTargetSeconds: 60, slots: 2, idleSeconds: 300, holdSeconds: 60 };

export const NOW = Date.UTC(2026, 10, 21);

/** `second` counts from NOW on. */
export function readingAt(second: number, visible: number, inFlight = 0): QueueReading {
  return { at: NOW + second * 1000, visible, inFlight };
}

export function situation(changes: Partial<ScalingSituation> = {}): ScalingSituation {
  return { desired: 0, minTasks: 0, maxTasks: 50, jobsPerSecond: 4, ...changes };
}
