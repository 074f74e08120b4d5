import * as z from 'zod';
import { type Environment, logLevel, readSettings, text, url, whole } from './settings.ts';

const scale = z
  .string()
  .transform(Number)
  .refine((value) => value >= 1 && value <= 3_600, { error: 'expected a number from 1 to 3600' });

/** Of whoever watches the job queue and the service. */
const watchShape = {
  CLUSTER: text,
  /** The worker's service. */
  SERVICE_ARN: z.string().regex(/^arn:[^:]+:ecs:[^:]+:\d+:service\/[^/]+\/[^/]+$/, {
    error: (issue) => `expected the ARN of a service, got ${JSON.stringify(issue.input)}`,
  }),
  JOB_QUEUE_URL: url,
  RESULTS_BUCKET: text,
  /** Name of the rule that tells of an upload while nobody watches. */
  WAKE_RULE: text,
  POWERTOOLS_SERVICE_NAME: text.default('slipway'),
  LOG_LEVEL: logLevel.default('INFO'),
  /** How much faster than the wall the clock of scaling runs: 1 on AWS. */
  TIME_SCALE: scale.default(1),
};

const scaleServiceSchema = z.object({
  ...watchShape,
  /** Within this a message should be done. */
  LATENCY_TARGET_SECONDS: whole(1, 86_400),
  /** Jobs at a time of one task of the service, and of the first responder. */
  SLOTS: whole(1, 64),
  RESPONDER_SLOTS: whole(0, 1_000),
  /** UUID of the event source mapping of the first responder; absent: there is none. */
  RESPONDER_MAPPING: text.optional(),
  /** The last task is kept for this long without work, any other for HOLD_SECONDS after it was last needed. */
  IDLE_SECONDS: whole(0, 86_400),
  HOLD_SECONDS: whole(0, 3_600),
});

const publishSchema = z.object({ ...watchShape, METRIC_NAMESPACE: text });

export type WatchSettings = z.infer<z.ZodObject<typeof watchShape>>;
export type ScaleServiceSettings = z.infer<typeof scaleServiceSchema>;
export type PublishSettings = z.infer<typeof publishSchema>;

export const scaleServiceSettings = (environment: Environment): ScaleServiceSettings =>
  readSettings(scaleServiceSchema, environment);
export const publishSettings = (environment: Environment): PublishSettings => readSettings(publishSchema, environment);
