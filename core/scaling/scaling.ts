/** What GetQueueAttributes says. `at`: Unix epoch, ms. */
export interface QueueReading {
  readonly at: number;
  /** ApproximateNumberOfMessages. */
  readonly visible: number;
  /** ApproximateNumberOfMessagesNotVisible: jobs at work. */
  readonly inFlight: number;
}

/** What does not change from tick to tick. */
export interface ScalingRule {
  /** A message should be done this many seconds after it was sent. */
  readonly latencyTargetSeconds: number;
  /** Jobs that one task works at a time. */
  readonly slots: number;
  /** The last task is kept for this long without any work. */
  readonly idleSeconds: number;
  /** Tasks are kept for this long after they were last needed. */
  readonly holdSeconds: number;
  /** Jobs that the first responder works at a time; absent or 0: there is none. */
  readonly responderSlots?: number;
}

/** What holds now. */
export interface ScalingSituation {
  /** The service's desired count. */
  readonly desired: number;
  /** The scalable target's bounds: scheduled actions may move them. */
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Of one task at work in all its slots, as learnt. */
  readonly jobsPerSecond: number;
  /** Tasks that run. With it, messages that are hidden until their next try do not count as jobs at work. */
  readonly running?: number;
}

/** A value and when it was seen, Unix epoch, ms. */
export type Seen = readonly [at: number, value: number];

/** What decide() remembers from tick to tick: small, JSON, oldest first. */
export interface ScalingMemory {
  /** Jobs in flight. */
  readonly inFlight: readonly Seen[];
  /** Tasks that were asked for. */
  readonly wishes: readonly Seen[];
  /** Jobs that the first responder had in hand; empty without one. */
  readonly responding?: readonly Seen[];
  /** When there was last work, Unix epoch, ms; 0: never. */
  readonly busyAt: number;
}

export interface ScalingDecision {
  /** The desired count to set, within the situation's bounds. */
  readonly tasks: number;
  /** One sentence for an operator. */
  readonly reason: string;
  /** Whether the first responder should take messages; undefined: leave it as it is. */
  readonly respond: boolean | undefined;
  /** When the queue is worth the next look, seconds: soon while messages wait, a minute when the service sleeps. */
  readonly lookAgainSeconds: number;
  readonly memory: ScalingMemory;
}
