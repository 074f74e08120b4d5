import { z } from 'zod';
import { isFargateSize } from '../core/task-size.ts';

/** What the worker itself needs beside its processors, MiB: Node, the streams, the page cache of the file system. */
const WORKER_MIB = 256;

/** Retention periods that CloudWatch Logs takes, days (Amazon CloudWatch Logs API Reference, PutRetentionPolicy). */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922];

/** `--param` gives text, serverless.yml numbers. */
const written = (expected: string) => z.union([z.number(), z.string()], { error: () => expected }).transform(String);

function whole(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return written(expected)
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: () => expected,
    })
    .transform(Number);
}

function matching(pattern: RegExp, expected: string) {
  return written(expected).refine((text) => pattern.test(text), { error: () => expected });
}

const ZONE = 'an IANA time zone, such as UTC or Europe/Berlin';
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

const parametersSchema = z
  .strictObject({
    /** Objects of up to this size go to the service, larger ones to a task of their own. */
    largeObjectBytes: whole(0, 5_000_000_000),
    /** Larger objects are refused. */
    maxObjectBytes: whole(1, 5_497_558_138_880),
    sweepSchedule: matching(
      /^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\))$/,
      'rate(VALUE UNIT) or cron(…) with six fields, as EventBridge Scheduler takes them',
    ),
    scheduleTimeZone: written(ZONE).refine(isTimeZone, { error: () => ZONE }),
    /** Empty: nobody is mailed. */
    alertEmail: matching(/^([^\s@]+@[^\s@]+)?$/, 'an e-mail address, or nothing'),
    minTasks: whole(0, 5_000),
    maxTasks: whole(1, 5_000),
    taskCpu: whole(256, 16_384),
    taskMemory: whole(512, 122_880),
    /** Share of Fargate on demand and of Spot among the tasks after the first. */
    onDemandWeight: whole(0, 1_000),
    spotWeight: whole(0, 1_000),
    imageTag: matching(/^(sha256:[0-9a-f]{64}|\w[\w.-]{0,127})$/, 'a tag, or a digest sha256:…'),
    thumbPixels: whole(16, 4_096),
    previewPixels: whole(16, 8_192),
    maxPixels: whole(1, 1_000_000_000),
    jobDeadlineSeconds: whole(1, 86_400),
    maxAttempts: whole(1, 20),
    /** At least: a third of it until the next heartbeat, and a call that hangs (aws/clients.ts), are over before it is. */
    visibilitySeconds: whole(30, 3_600),
    logRetentionDays: whole(1, 2_922).refine((days) => RETENTION_DAYS.includes(days), {
      error: () => `one of ${RETENTION_DAYS.join(', ')} (days)`,
    }),
    logLevel: z.enum(LEVELS, { error: () => `one of ${LEVELS.join(', ')}` }),
  })
  .refine(({ taskCpu: cpu, taskMemory: memory }) => isFargateSize({ cpu, memory }), {
    path: ['taskMemory'],
    error: () => 'MiB that Fargate offers together with taskCpu',
  })
  .refine(({ minTasks, maxTasks }) => minTasks <= maxTasks, {
    path: ['maxTasks'],
    error: () => 'a number that is not below minTasks',
  })
  .refine(({ onDemandWeight, spotWeight }) => onDemandWeight + spotWeight > 0, {
    path: ['spotWeight'],
    error: () => 'more than 0, as onDemandWeight is 0',
  });

/** The stage parameters of serverless.yml, checked. */
export type StageParameters = z.infer<typeof parametersSchema>;

/** Names of all stage parameters. */
export const PARAMETER_NAMES: readonly string[] = Object.keys(parametersSchema.shape);

/** Checks the parameters of a stage. Throws one sentence that names the first wrong one and what was expected. */
export function parseStageParameters(values: Readonly<Record<string, unknown>>): StageParameters {
  const parsed = parametersSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  throw new Error(
    `Stage parameter ${name} is ${JSON.stringify(values[name]) ?? 'not set'}; expected ${issue?.message}.`,
  );
}

/** The parameters, and what follows from them. */
export function templateValues(parameters: StageParameters) {
  const { taskCpu, taskMemory, imageTag } = parameters;
  // One job more than there are CPUs: a decoder runs while another job waits for S3.
  const slots = Math.floor(taskCpu / 1024) + 1;
  return {
    ...parameters,
    slots,
    /** MiB for each processor of the service when every slot is taken. */
    serviceProcessorMemory: Math.floor((taskMemory - WORKER_MIB) / slots),
    /** MiB for the one processor of a task of the smallest size; a launch with another size overrides it. */
    jobProcessorMemory: taskMemory - WORKER_MIB,
    /** What follows the repository's URI. */
    imageReference: `${imageTag.includes(':') ? '@' : ':'}${imageTag}`,
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}
