import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../infra/local/compile-template.ts';
import { parseStageParameters } from '../../infra/stage-parameters.ts';
import { templateValues } from '../../infra/template-values.ts';

const VALID = {
  largeObjectBytes: 33_554_432,
  maxObjectBytes: '5368709120',
  sweepSchedule: 'cron(0 3 * * ? *)',
  scheduleTimeZone: 'Europe/Berlin',
  alertEmail: '',
  minTasks: 0,
  maxTasks: '4',
  scaling: 'latency',
  latencyTarget: 60,
  targetGroupLabel: '',
  requestsPerTask: 1000,
  firstResponder: 0,
  taskCpu: 1024,
  taskMemory: 2048,
  largestTaskCpu: 0,
  largestTaskMemory: 0,
  capacity: 'fargate-spot',
  onDemandBase: 1,
  onDemandWeight: 0,
  spotWeight: 1,
  cpuArchitecture: 'x86_64',
  instanceTypes: '',
  maxInstances: 10,
  network: 'public',
  zones: 2,
  vpcId: '',
  subnetIds: '',
  assignPublicIp: 'DISABLED',
  encryption: 'aws',
  logging: 'awslogs',
  logRouterImage: '{{resolve:ssm:/aws/service/aws-for-fluent-bit/stable}}',
  splunkHost: '',
  splunkPort: 443,
  splunkTokenArn: '',
  deletionProtection: 'disabled',
  imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/dev:0.1.0',
  thumbPixels: 256,
  previewPixels: 1024,
  webpEffort: 2,
  maxPixels: 100_000_000,
  jobDeadlineSeconds: 900,
  maxAttempts: 3,
  visibilitySeconds: 120,
  stackRoleArn: '',
  logRetentionDays: 7,
  auditLogs: 'none',
  logLevel: 'INFO',
};

test('numbers may come as text, as --param gives them', () => {
  expect(parseStageParameters(VALID)).toMatchObject({ maxObjectBytes: 5_368_709_120, maxTasks: 4 });
});

test.each([
  [{ maxTasks: 'many' }, 'Stage parameter maxTasks is "many"; expected a whole number from 1 to 5000.'],
  [{ maxTasks: -1 }, 'Stage parameter maxTasks is -1; expected a whole number from 1 to 5000.'],
  [{ minTasks: 5 }, 'Stage parameter maxTasks is "4"; expected a number that is not below minTasks.'],
  [{ taskMemory: 1024 }, 'Stage parameter taskMemory is 1024; expected MiB that Fargate offers together with taskCpu.'],
  [{ alertEmail: 'me' }, 'Stage parameter alertEmail is "me"; expected an e-mail address, or nothing.'],
  [{ spotWeight: 0 }, 'Stage parameter spotWeight is 0; expected more than 0, as onDemandWeight is 0.'],
  [{ scheduleTimeZone: 'Mars' }, 'Stage parameter scheduleTimeZone is "Mars"; expected an IANA time zone'],
  [{ sweepSchedule: '1 hour' }, 'Stage parameter sweepSchedule is "1 hour"; expected rate(VALUE UNIT) or cron(…)'],
  [{ imageUri: 'node:24' }, 'Stage parameter imageUri is "node:24"; expected an image in ECR: ACCOUNT.dkr.ecr.'],
  [{ visibilitySeconds: 20 }, 'Stage parameter visibilitySeconds is 20; expected a whole number from 30 to 3600.'],
  [{ logRetentionDays: 8 }, 'Stage parameter logRetentionDays is 8; expected one of 1, 3, 5, 7,'],
  [{ logLevel: undefined }, 'Stage parameter logLevel is not set; expected one of DEBUG, INFO, WARN, ERROR.'],
  [{ imageUri: undefined }, 'Stage parameter imageUri is not set; expected an image in ECR: ACCOUNT.dkr.ecr.'],
  [{ taskCpu: '1e3' }, 'Stage parameter taskCpu is "1e3"; expected a whole number from 256 to 16384.'],
])('%j is refused in one sentence', (wrong, sentence) => {
  const values = { ...VALID, ...wrong };
  expect(() => parseStageParameters(values)).toThrow(sentence);
});

const EXISTING = { network: 'existing', vpcId: 'vpc-0a1b2c3d4e', subnetIds: 'subnet-0a1b2c3d,subnet-0b1c2d3e' };
const SPLUNK = {
  splunkHost: 'hec.example.com',
  splunkTokenArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:t',
};

test.each([
  [{ capacity: 'external' }, 'network', 'none: machines of your own (capacity external) are in no network'],
  [{ capacity: 'external', network: 'private' }, 'network', 'none: machines of your own'],
  [{ network: 'none' }, 'network', 'public, private or existing: only capacity external does without'],
  [{ capacity: 'ec2' }, 'network', 'private or existing: tasks on EC2 instances (capacity ec2) get no public address'],
  [{ ...EXISTING, vpcId: '' }, 'vpcId', 'the ID of the existing VPC'],
  [{ ...EXISTING, subnetIds: 'subnet-0a1b2c3d' }, 'subnetIds', 'two or three subnets of the existing VPC'],
  [{ vpcId: 'vpc-0a1b2c3d4e' }, 'vpcId', 'nothing, as the stack makes its own network'],
  [{ subnetIds: 'subnet-0a1b2c3d' }, 'subnetIds', 'nothing, as the stack makes its own network'],
  [{ subnetIds: 'subnet-1, my-subnet' }, 'subnetIds', 'IDs of subnets, with commas between them, or nothing'],
  [{ assignPublicIp: 'ENABLED' }, 'assignPublicIp', 'DISABLED: network public assigns addresses by itself'],
  [{ ...EXISTING, capacity: 'ec2', assignPublicIp: 'ENABLED' }, 'assignPublicIp', 'DISABLED: tasks on EC2 instances'],
  [{ instanceTypes: 'm6i.xlarge' }, 'instanceTypes', 'nothing: only capacity ec2 has instances'],
  [
    { capacity: 'ec2', network: 'private', instanceTypes: 'm7g.xlarge' },
    'instanceTypes',
    'types whose processor is that of cpuArchitecture',
  ],
  [
    { largestTaskCpu: 4096 },
    'largestTaskMemory',
    'MiB that Fargate offers together with largestTaskCpu, or 0 for both',
  ],
  [
    { largestTaskCpu: 512, largestTaskMemory: 1024 },
    'largestTaskMemory',
    'a task that is not smaller than taskCpu and taskMemory say',
  ],
  [{ capacity: 'external', network: 'none', logging: 'firelens' }, 'logging', 'awslogs: FireLens is documented for'],
  [SPLUNK, 'logging', 'firelens, as splunkHost is set'],
  [
    { ...SPLUNK, logging: 'firelens', splunkTokenArn: '' },
    'splunkTokenArn',
    'the ARN of the secret that holds the token',
  ],
  [{ splunkTokenArn: SPLUNK.splunkTokenArn }, 'splunkTokenArn', 'nothing, as splunkHost is not set'],
  [{ ...SPLUNK, logging: 'firelens', splunkTokenArn: 'B5A79AAD' }, 'splunkTokenArn', 'the ARN of a secret'],
  [
    { ...SPLUNK, logging: 'firelens', network: 'private' },
    'splunkHost',
    'nothing: network private has no way to Splunk',
  ],
  [{ scaling: 'load' }, 'minTasks', 'at least 1: with scaling load there is nothing to measure'],
  [{ targetGroupLabel: 'app/a/1/targetgroup/b/2' }, 'targetGroupLabel', 'nothing: only scaling load counts requests'],
  [
    { scaling: 'load', minTasks: 1, targetGroupLabel: 'my-group' },
    'targetGroupLabel',
    'app/NAME/ID/targetgroup/NAME/ID,',
  ],
  [{ scaling: 'cpu' }, 'scaling', 'one of latency, backlog, steps, load'],
  [{ firstResponder: 1 }, 'firstResponder', '0, or a whole number from 2 to 1000'],
  [{ firstResponder: 1001 }, 'firstResponder', '0, or a whole number from 2 to 1000'],
  [{ firstResponder: 5, scaling: 'backlog' }, 'firstResponder', '0: only scaling latency has a function that'],
  [{ firstResponder: 5, largeObjectBytes: 3e9 }, 'firstResponder', '0: Lambda has no functions with as much memory'],
  [
    { firstResponder: 5, taskCpu: 2048, taskMemory: 16_384, largeObjectBytes: 5e9 },
    'firstResponder',
    '0: Lambda has no functions with as much memory',
  ],
  [{ firstResponder: 5, capacity: 'external', network: 'none' }, 'firstResponder', '0: a function reaches the shared'],
  [{ zones: 4 }, 'zones', 'one of 2, 3'],
  [{ network: 'vpn' }, 'network', 'one of public, private, existing, none'],
])('%j does not go together, which is said of %s', (wrong, name, expected) => {
  expect(() => parseStageParameters({ ...VALID, ...wrong })).toThrow(
    new RegExp(`^Stage parameter ${name} is .*; expected ${escaped(expected)}`),
  );
});

test.each([
  [EXISTING],
  [{ ...EXISTING, assignPublicIp: 'ENABLED' }],
  [{ ...EXISTING, ...SPLUNK, logging: 'firelens' }],
  [{ capacity: 'ec2', network: 'private', instanceTypes: 'm7g.xlarge, c7gd.2xlarge', cpuArchitecture: 'arm64' }],
  [{ capacity: 'external', network: 'none' }],
  [{ largestTaskCpu: 1024, largestTaskMemory: 2048 }],
  [{ firstResponder: 2 }],
  [{ firstResponder: '1000', taskCpu: 4096, taskMemory: 30_720, largeObjectBytes: 2_000_000_000 }],
])('%j goes together', (choice) => {
  expect(() => templateValues(parseStageParameters({ ...VALID, ...choice }))).not.toThrow();
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

test('a task has one slot more than CPUs, and its memory is shared among them', () => {
  const values = (size: object) => templateValues(parseStageParameters({ ...VALID, ...size }));
  expect(values({})).toMatchObject({ slots: 2, serviceProcessorMemory: 896, jobProcessorMemory: 1792 });
  expect(values({ taskCpu: 4096, taskMemory: 8192 })).toMatchObject({ slots: 5, serviceProcessorMemory: 1587 });
  expect(values({ taskCpu: 256, taskMemory: 512 })).toMatchObject({ slots: 1, serviceProcessorMemory: 256 });
});

test.each([
  ['maxTasks=many', 'Stage parameter maxTasks is "many"'],
  ['maxTask=3', '--param maxTask: there is no such stage parameter'],
  ['capacity=external', 'Stage parameter network is "public"; expected none: machines of your own'],
])('serverless package refuses --param %s', async (parameter, sentence) => {
  const packageDirectory = await mkdtemp(join(tmpdir(), 'slipway-refused-'));
  try {
    const serviceDirectory = fileURLToPath(new URL('../..', import.meta.url));
    const compiled = compileTemplate({ serviceDirectory, packageDirectory, arguments: ['--param', parameter] });
    const error = await compiled.then(
      () => undefined,
      (refusal: Error) => refusal,
    );
    expect(error?.message).toContain(sentence);
    expect(error?.message).not.toMatch(/^\s+at /m);
  } finally {
    await rm(packageDirectory, { recursive: true, force: true });
  }
});
