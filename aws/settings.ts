import * as z from 'zod';
import { SlipwayError } from '../core/errors.ts';
import { isFargateSize } from '../core/task-size.ts';

/** The environment as a program gets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the environment does not hold what a command needs; the message lists every fault at once. */
export class SettingsError extends SlipwayError {
  constructor(message: string) {
    super('bad-settings', message);
  }
}

/** Reads what `schema` names from the environment. Throws SettingsError with every missing or wrong variable. */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.infer<Schema> {
  const names = Object.keys(schema.shape);
  // An empty variable is a missing one: templates and shells cannot tell the two apart.
  const present = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return present[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
  });
  throw new SettingsError(`The environment is not complete: ${faults.join('; ')}.`);
}

/** A whole number in text, from `least` to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return z
    .string()
    .regex(/^\d{1,16}$/, { error: (issue) => `expected a whole number, got ${JSON.stringify(issue.input)}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: (issue) => `expected a whole number from ${least} to ${most}, got ${issue.input}`,
    });
}

/** Text that is not empty. */
export const text = z.string().min(1);

/** An http or https URL. */
export const url = z.string().regex(/^https?:\/\/\S+$/, {
  error: (issue) => `expected an http or https URL, got ${JSON.stringify(issue.input)}`,
});

const arn = z.string().regex(/^arn:\S+$/, {
  error: (issue) => `expected an ARN, got ${JSON.stringify(issue.input)}`,
});

/** Names or ids with commas between them; at least one. */
export const commaList = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => part.length > 0), {
    error: (issue) => `expected names with commas between them, got ${JSON.stringify(issue.input)}`,
  });

export const logLevel = z.string().transform((value) => value.toUpperCase());

const workerShape = {
  STAGE: text,
  CLUSTER: text,
  INBOX_BUCKET: text,
  RESULTS_BUCKET: text,
  LOG_LEVEL: logLevel.default('INFO'),
};

const jobShape = {
  MAX_ATTEMPTS: whole(1, 20).default(3),
  /** From start to SIGKILL of a processor, seconds. */
  JOB_DEADLINE_SECONDS: whole(1, 86_400).default(600),
  MAX_OBJECT_BYTES: whole(1).default(5 * 2 ** 30),
  /** Ceiling of one processor child, MiB; 64 is about what Node itself takes. */
  PROCESSOR_MEMORY_MIB: whole(64).default(1024),
  RESULTS_DIRECTORY: text.default('/mnt/results'),
  SCRATCH_DIRECTORY: text.default('/scratch'),
  MAX_PIXELS: whole(1).default(100_000_000),
  THUMB_PIXELS: whole(16, 4096).default(256),
  PREVIEW_PIXELS: whole(16, 8192).default(1024),
  WEBP_EFFORT: whole(0, 6).default(2),
  /** Below Fargate's longest stopTimeout of 120 s, with time to release what is held. */
  DRAIN_SECONDS: whole(0, 115).default(105),
};

const serviceSchema = z.object({
  ...workerShape,
  ...jobShape,
  JOB_QUEUE_URL: url,
  JOB_DEAD_LETTER_QUEUE_URL: url,
  /** SQS allows 0 to 43,200; a heartbeat at a third of it needs a few seconds. */
  VISIBILITY_SECONDS: whole(1, 43_200).default(120),
  /** Whether ECS protects tasks where this one runs. */
  TASK_PROTECTION: z.enum(['on', 'off']).default('on'),
  /** Jobs at a time: vCPU + 1, so that a decoder runs while another job waits for S3. */
  SLOTS: whole(1, 64).default(2),
  /** Whether a scaler wants to know how fast this task works, and says when it is one too many. */
  SCALER: z.enum(['on', 'off']).default('off'),
});

const responderSchema = z.object({
  ...workerShape,
  ...jobShape,
  /** Larger objects are left to the tasks: two copies of this, and outputs, fit into the function's temporary space. */
  RESPONDER_MAX_BYTES: whole(0),
});

const taskSchema = z.object({
  ...workerShape,
  ...jobShape,
  JOB: text,
  JOB_ID: text,
  ATTEMPT: whole(1),
  LAUNCH_DEAD_LETTER_QUEUE_URL: url,
});

const sweepSchema = z.object({
  ...workerShape,
  ALERT_TOPIC_ARN: arn,
  JOB_QUEUE_URL: url,
  JOB_DEAD_LETTER_QUEUE_URL: url,
  LAUNCH_QUEUE_URL: url,
  LAUNCH_DEAD_LETTER_QUEUE_URL: url,
  /** Family of the tasks that are launched for large objects. */
  JOB_TASK_FAMILY: text,
  /** A launched task that runs for much longer is stopped. */
  JOB_DEADLINE_SECONDS: whole(1, 86_400).default(600),
  /** Objects of more bytes go to the launch queue: the boundary of the two rules. */
  LARGE_OBJECT_BYTES: whole(0),
  /** Younger versions are left to their event. */
  SWEEP_GRACE_SECONDS: whole(0).default(600),
});

export type ServiceSettings = z.infer<typeof serviceSchema>;
export type ResponderSettings = z.infer<typeof responderSchema>;
export type TaskSettings = z.infer<typeof taskSchema>;
export type SweepSettings = z.infer<typeof sweepSchema>;
/** What `handleJob`'s surroundings need of each who runs it. */
export type JobSettings = Pick<ServiceSettings, keyof typeof workerShape | keyof typeof jobShape>;

export const serviceSettings = (environment: Environment): ServiceSettings => readSettings(serviceSchema, environment);
export const responderSettings = (environment: Environment): ResponderSettings =>
  readSettings(responderSchema, environment);
export const taskSettings = (environment: Environment): TaskSettings => readSettings(taskSchema, environment);
export const sweepSettings = (environment: Environment): SweepSettings => readSettings(sweepSchema, environment);

const functionShape = {
  STAGE: text,
  /** Name or ARN. */
  CLUSTER: text,
  ALERT_TOPIC_ARN: arn,
  POWERTOOLS_SERVICE_NAME: text.default('slipway'),
  LOG_LEVEL: logLevel.default('INFO'),
};

const networkShape = {
  /** Where tasks have network interfaces of their own; absent where they have none. */
  SUBNETS: commaList.optional(),
  SECURITY_GROUPS: commaList.optional(),
  ASSIGN_PUBLIC_IP: z.enum(['ENABLED', 'DISABLED']).optional(),
  /** Absent: the cluster's default strategy decides. */
  LAUNCH_TYPE: z.enum(['FARGATE', 'EC2', 'EXTERNAL']).optional(),
};

/** Either nothing is said of network interfaces, which takes a launch type that has none, or everything. */
function withNetwork<Shape extends typeof networkShape>(schema: z.ZodObject<Shape>) {
  return schema.superRefine((settings, context) => {
    const { LAUNCH_TYPE, SUBNETS, SECURITY_GROUPS, ASSIGN_PUBLIC_IP } = settings as z.infer<
      z.ZodObject<typeof networkShape>
    >;
    const network = { SUBNETS, SECURITY_GROUPS, ASSIGN_PUBLIC_IP };
    const missing = Object.entries(network).filter(([, value]) => value === undefined);
    if (missing.length === 0 || (LAUNCH_TYPE !== undefined && missing.length === 3)) return;
    for (const [name] of missing) context.addIssue({ code: 'custom', path: [name], message: 'expected it' });
  });
}

/** CPU units, and memory in MiB, of the largest task. */
const largestShape = {
  LARGEST_CPU: whole(256, 16_384).default(16_384),
  LARGEST_MEMORY: whole(512, 122_880).default(122_880),
};

const onObjectCreatedSchema = withNetwork(
  z.object({
    ...functionShape,
    ...networkShape,
    INBOX_BUCKET: text,
    RESULTS_BUCKET: text,
    /** With its revision: what a message starts must not change with the next deployment. */
    TASK_DEFINITION: arn,
    /** CPU units, and memory in MiB, of the smallest task. */
    SMALLEST_CPU: whole(256, 16_384),
    SMALLEST_MEMORY: whole(512, 122_880),
    ...largestShape,
    /** Most of the scratch space that a launch may ask for, GiB; 0: none can be asked for. */
    LARGEST_SCRATCH_GIB: whole(0, 200).default(200),
    LAUNCH_DEAD_LETTER_QUEUE_URL: url,
  }),
).refine(({ SMALLEST_CPU: cpu, SMALLEST_MEMORY: memory }) => isFargateSize({ cpu, memory }), {
  path: ['SMALLEST_MEMORY'],
  error: 'expected a size that Fargate offers together with SMALLEST_CPU',
});

const onScheduleSchema = withNetwork(z.object({ ...functionShape, ...networkShape, SWEEP_TASK_DEFINITION: arn }));

const onTaskStoppedSchema = withNetwork(
  z.object({
    ...functionShape,
    ...networkShape,
    RESULTS_BUCKET: text,
    TASK_DEFINITION: arn,
    /** For retries that have to wait. */
    LAUNCH_QUEUE_URL: url,
    LAUNCH_DEAD_LETTER_QUEUE_URL: url,
    MAX_ATTEMPTS: whole(1, 20).default(3),
    ...largestShape,
    /** Where all tasks print, for the alerts; they do without it. */
    WORKER_LOG_GROUP: text.optional(),
    /** In which stream of it, with KIND (service, job or sweep) and TASK (its ID) to be put in. */
    WORKER_LOG_STREAM: text.default('KIND/worker/TASK'),
  }),
);

export type OnObjectCreatedSettings = z.infer<typeof onObjectCreatedSchema>;
export type OnScheduleSettings = z.infer<typeof onScheduleSchema>;
export type OnTaskStoppedSettings = z.infer<typeof onTaskStoppedSchema>;
/** Where tasks are launched. */
export type NetworkSettings = Pick<OnScheduleSettings, 'CLUSTER' | keyof typeof networkShape>;

export const onObjectCreatedSettings = (environment: Environment): OnObjectCreatedSettings =>
  readSettings(onObjectCreatedSchema, environment);
export const onScheduleSettings = (environment: Environment): OnScheduleSettings =>
  readSettings(onScheduleSchema, environment);
export const onTaskStoppedSettings = (environment: Environment): OnTaskStoppedSettings =>
  readSettings(onTaskStoppedSchema, environment);
