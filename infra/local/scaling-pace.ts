import { type Clock, systemClock } from './clock.ts';
import { AT_ONCE, type Cadence } from './cloudwatch/cadence.ts';

/** The time that scaling goes by. */
export interface ScalingPace {
  readonly clock: Clock;
  readonly cadence: Cadence;
  /** The moment of its clock for one of the wall. */
  momentOf(wallTime: number): number;
}

/**
 * The time of scaling: with a scale, AWS's own pace and delays on a clock that runs that many times faster; without one,
 * everything at once on the clock of all the others.
 */
export function scalingPace(clock: Clock, timeScale: number | undefined): ScalingPace {
  if (timeScale === undefined) return { clock, cadence: AT_ONCE, momentOf: (wallTime) => wallTime };
  const scaled = systemClock(timeScale);
  return { clock: scaled, cadence: { kind: 'as on AWS' }, momentOf: scaled.momentOf };
}
