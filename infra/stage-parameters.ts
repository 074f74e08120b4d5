import { z } from 'zod';
import { COMBINATIONS } from './stage-combinations.ts';

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

function oneOf<const Values extends readonly string[]>(...values: Values) {
  return z.enum(values, { error: () => `one of ${values.join(', ')}` });
}

function oneOfNumbers(...values: readonly number[]) {
  const expected = `one of ${values.join(', ')}`;
  return written(expected)
    .transform(Number)
    .refine((value) => values.includes(value), { error: () => expected });
}

/** Names with commas between them; none is an empty list. */
function list(item: RegExp, expected: string) {
  const sentence = `${expected}, with commas between them, or nothing`;
  return written(sentence)
    .transform((text) => (text === '' ? [] : text.split(',').map((part) => part.trim())))
    .refine((parts) => parts.every((part) => item.test(part)), { error: () => sentence });
}

/** Account, Region and name; each of the first two, and the domain, may be what CloudFormation puts in. */
export const IMAGE_URI =
  /^(\d{12}|\$\{AWS::AccountId\})\.dkr\.ecr\.([a-z0-9-]+|\$\{AWS::Region\})\.(?:amazonaws\.com(?:\.cn)?|\$\{AWS::URLSuffix\})\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)(?:@sha256:[0-9a-f]{64}|:\w[\w.-]{0,127})$/;

const RESPONDERS = '0, or a whole number from 2 to 1000';
const ZONE = 'an IANA time zone, such as UTC or Europe/Berlin';

const fields = z.strictObject({
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
  /** What sets the count of service tasks between them. */
  scaling: oneOf('latency', 'backlog', 'steps', 'load'),
  /** Seconds within which a job should be done. */
  latencyTarget: whole(1, 86_400),
  /** For scaling load: the target group whose requests count; empty: none. */
  targetGroupLabel: matching(
    /^(app\/[\w-]+\/[0-9a-f]+\/targetgroup\/[\w-]+\/[0-9a-f]+)?$/,
    'app/NAME/ID/targetgroup/NAME/ID, as Application Auto Scaling names a target group, or nothing',
  ),
  /** A minute, for that target group. */
  requestsPerTask: whole(1, 10_000_000),
  /** Jobs that a function does at a time while tasks start; 0: there is no such function. AWS takes 2 and more. */
  firstResponder: written(RESPONDERS)
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) !== 1 && Number(text) <= 1_000, {
      error: () => RESPONDERS,
    })
    .transform(Number),
  taskCpu: whole(256, 16_384),
  taskMemory: whole(512, 122_880),
  /** The largest task for a large object; 0: what the capacity has. */
  largestTaskCpu: whole(0, 16_384),
  largestTaskMemory: whole(0, 122_880),
  /** What the tasks run on. */
  capacity: oneOf('fargate', 'fargate-spot', 'ec2', 'external'),
  /** On demand before there is any Spot: tasks, on EC2 instances. */
  onDemandBase: whole(0, 5_000),
  /** Share of on demand and of Spot above the base. */
  onDemandWeight: whole(0, 1_000),
  spotWeight: whole(0, 1_000),
  cpuArchitecture: oneOf('x86_64', 'arm64'),
  /** For capacity ec2, the cheapest first; none: two of the architecture's usual ones. */
  instanceTypes: list(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'types of EC2 instances, such as m6i.xlarge'),
  maxInstances: whole(1, 1_000),
  network: oneOf('public', 'private', 'existing', 'none'),
  /** Zones of a network that the stack makes. */
  zones: oneOfNumbers(2, 3),
  /** An existing network. */
  vpcId: matching(/^(vpc-[0-9a-f]{8,17})?$/, 'the ID of a VPC, or nothing'),
  subnetIds: list(/^subnet-[0-9a-f]{8,17}$/, 'IDs of subnets'),
  /** Whether tasks in an existing network need a public address to get out. */
  assignPublicIp: oneOf('DISABLED', 'ENABLED'),
  encryption: oneOf('aws', 'kms'),
  logging: oneOf('awslogs', 'firelens'),
  /** Image of the Fluent Bit that FireLens runs. */
  logRouterImage: matching(/^\S+$/, 'the URI of an image, or {{resolve:ssm:…}}'),
  /** Splunk's HTTP Event Collector; empty: FireLens sends to CloudWatch. */
  splunkHost: matching(/^([a-z0-9-]+(\.[a-z0-9-]+)+)?$/i, 'the name of a host, or nothing'),
  splunkPort: whole(1, 65_535),
  /** A secret whose whole text is the collector's token. */
  splunkTokenArn: matching(
    /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+)?$/,
    'the ARN of a secret in Secrets Manager, or nothing',
  ),
  /** Whether AWS refuses to delete the stack, and to replace or delete what holds data. */
  deletionProtection: oneOf('disabled', 'enabled'),
  /** The role that CloudFormation works with; empty: whoever deploys has the rights himself. */
  stackRoleArn: matching(/^(arn:aws[a-z-]*:iam::\d{12}:role\/\S+)?$/, 'the ARN of a role, or nothing'),
  imageUri: matching(IMAGE_URI, 'an image in ECR: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:…, or :TAG'),
  thumbPixels: whole(16, 4_096),
  previewPixels: whole(16, 8_192),
  /** Of the WebP encoder. */
  webpEffort: whole(0, 6),
  maxPixels: whole(1, 1_000_000_000),
  jobDeadlineSeconds: whole(1, 86_400),
  maxAttempts: whole(1, 20),
  /** At least: a third of it until the next heartbeat, and a call that hangs (aws/clients.ts), are over before it is. */
  visibilitySeconds: whole(30, 3_600),
  logRetentionDays: oneOfNumbers(...RETENTION_DAYS),
  /** Access logs of the buckets and flow logs of the network. */
  auditLogs: oneOf('none', 'full'),
  logLevel: oneOf('DEBUG', 'INFO', 'WARN', 'ERROR'),
});

/** The stage parameters of serverless.yml, checked. */
export type StageParameters = z.infer<typeof fields>;

/** Names of all stage parameters. */
export const PARAMETER_NAMES: readonly string[] = Object.keys(fields.shape);

const schema = fields.superRefine((parameters, context) => {
  for (const { name, expected, holds } of COMBINATIONS) {
    if (!holds(parameters)) context.addIssue({ code: 'custom', path: [name], message: expected });
  }
});

/** Checks the parameters of a stage. Throws one sentence that names the first wrong one and what was expected. */
export function parseStageParameters(values: Readonly<Record<string, unknown>>): StageParameters {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  throw new Error(
    `Stage parameter ${name} is ${JSON.stringify(values[name]) ?? 'not set'}; expected ${issue?.message}.`,
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}
