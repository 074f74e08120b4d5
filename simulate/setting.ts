/** The first responder of a run: a Lambda function that takes messages from the same queue. */
export interface ResponderSetting {
  /** MaximumConcurrency of its event source mapping. */
  readonly concurrency: number;
}

/** What a run is made with: numbers of the template, and of AWS. Seconds throughout. */
export interface Setting {
  /** Jobs that a task works at a time. */
  readonly slots: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly latencyTargetSeconds: number;
  /** The last task stays this long without work. */
  readonly idleSeconds: number;
  /** Tasks stay this long after they were last needed. */
  readonly holdSeconds: number;
  /** From the first event into a service at zero until the desired count is set. */
  readonly wakeSeconds: number;
  /** How old the counts are that GetQueueAttributes gives. */
  readonly attributesAgeSeconds: number;
  /** How far they are off, as a share. */
  readonly attributesNoise: number;
  /** Undefined: there is none. */
  readonly responder: ResponderSetting | undefined;
}

/** What AWS does, as far as it is documented or measured; each is a default that a run may be given otherwise. */
export const AWS = {
  /**
   * From UpdateService to a worker that receives, in the median, and its log-normal spread. Provisioning takes 23 s and up,
   * 57 s with an image of 400 MB: the worker's is about 100.
   */
  startSeconds: 33,
  startSpread: 0.25,
  /** Share of the start that is not charged: charging begins with the pull of the image (AWS Fargate pricing). */
  freeStartShare: 0.3,
  /** Fargate charges a minute at least. */
  leastBilledSeconds: 60,
  /** An account has a bucket of 100 starts (ECS, "AWS Fargate throttling quotas"), a service 500 a minute (ECS quotas). */
  launchBurst: 100,
  launchesPerSecond: 500 / 60,
  /** SQS's one-minute metrics reach an alarm after this. */
  queueMetricLag: [30, 90],
  /** ECS's CPU metrics of one minute, and of 20 seconds. */
  cpuMetricLag: [60, 150],
  fastCpuMetricLag: [10, 30],
  /** Metrics that somebody publishes himself. */
  ownMetricLag: [5, 12],
  /** An SQS event source begins with five batches at a time and adds 300 a minute (Lambda, "Configuring scaling behavior"). */
  pollers: 5,
  pollersPerSecond: 5,
  /** Until an event source mapping that is enabled or disabled is so; AWS says only that it takes a while. */
  mappingSeconds: 30,
  /** A Lambda environment that was not used for this long is gone; not documented, seen to be minutes. */
  environmentSeconds: 300,
  /** Start of a Lambda environment with the worker's bundle, in the mean. */
  coldStartSeconds: 1,
  /** Of it what is billed: the init, and the first start of the processor's process. */
  billedStartSeconds: 0.5,
  /** From SQS to the function's first line, when warm. */
  invokeSeconds: 0.05,
} as const;

/** Jobs per second of a task at work in all its slots. */
export function taskRate({ slots }: Pick<Setting, 'slots'>, jobSeconds: number): number {
  return slots / jobSeconds;
}
