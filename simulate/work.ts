/** What there is to do in a run: messages in the order in which they arrive. */
export interface Work {
  /** Seconds since the start, ascending. */
  readonly arrivals: Float64Array;
  /** Seconds of one slot that each takes. */
  readonly durations: Float64Array;
  /** Mean of the durations: what a policy that has to be told is told. */
  readonly jobSeconds: number;
  /** The run lasts at least this long, seconds. */
  readonly horizon: number;
  /** Tasks that are there at the start, if the policy has any. */
  readonly startTasks: number;
}
