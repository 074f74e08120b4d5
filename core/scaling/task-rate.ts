import type { ScalingRule, ScalingSituation } from './scaling.ts';

/** Where nothing is known of the rate: half a second a job. */
const GUESSED_JOBS_PER_SLOT = 2;

/** Jobs per second of a task; a rate that makes no sense is a guess. */
export function rateOf(rule: ScalingRule, { jobsPerSecond }: ScalingSituation): number {
  return Number.isFinite(jobsPerSecond) && jobsPerSecond > 0 ? jobsPerSecond : GUESSED_JOBS_PER_SLOT * slotsOf(rule);
}

/** Slots of a task, at least one. */
export function slotsOf({ slots }: ScalingRule): number {
  return Number.isFinite(slots) && slots >= 1 ? slots : 1;
}
