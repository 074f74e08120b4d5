import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { tickSchema } from '../../functions/on-schedule.ts';
import { parseTemplate } from '../../infra/local/template/compiled-template.ts';
import { ofType, raw, rawTemplate, resolve, resolved } from './template.ts';

const FUNCTIONS = [
  ['OnObjectCreatedLambdaFunction', 'on-object-created'],
  ['OnScheduleLambdaFunction', 'on-schedule'],
  ['OnTaskStoppedLambdaFunction', 'on-task-stopped'],
  ['ScaleServiceLambdaFunction', 'scale-service'],
] as const;

/** Names in a zip, from its central directory. */
function namesInZip(file: string): string[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    names.push(bytes.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

describe.each(FUNCTIONS)('%s', (logicalId, bundle) => {
  test('is its bundle and nothing else', () => {
    const { Handler, Code, Runtime } = raw('dev', logicalId);
    expect({ Handler, Runtime }).toEqual({ Handler: `.build/functions/${bundle}.handler`, Runtime: 'nodejs24.x' });
    const zip = String(Code.S3Key).split('/').at(-1) ?? '';
    expect(namesInZip(join(inject('packages').dev, zip))).toEqual([`.build/functions/${bundle}.mjs`]);
  });
});

test('there are four functions, without versions', () => {
  const found = ofType('dev', 'AWS::Lambda::Function').map(({ logicalId }) => logicalId);
  expect(found.toSorted()).toEqual(FUNCTIONS.map(([id]) => id));
  expect(ofType('dev', 'AWS::Lambda::Version')).toEqual([]);
});

test('functions whose events must not be lost try twice more and then set the event aside', () => {
  const configs = ofType('dev', 'AWS::Lambda::EventInvokeConfig');
  const kept = configs.filter(({ properties }) => properties.FunctionName.Ref !== 'ScaleServiceLambdaFunction');
  const configured = kept.map(({ properties }) => {
    expect(properties).toMatchObject({
      MaximumRetryAttempts: 2,
      Qualifier: '$LATEST',
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FunctionsFailureQueue', 'Arn'] } } },
    });
    return properties.FunctionName.Ref;
  });
  expect(configured.toSorted()).toEqual(['OnScheduleLambdaFunction', 'OnTaskStoppedLambdaFunction']);
});

describe('the schedule', () => {
  test('invokes onSchedule with the scheduled time, as the function reads it', () => {
    const { Target, ...schedule } = resolved('dev', 'SweepSchedule');
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    expect(Target.Arn).toContain('OnScheduleLambdaFunction');
    expect(Target.RoleArn).toContain('SweepScheduleRole');
    expect(Target.DeadLetterConfig.Arn).toContain('FunctionsFailureQueue');
    const input = Target.Input.replace('<aws.scheduler.scheduled-time>', '2026-11-21T10:00:00Z');
    expect(tickSchema.parse(JSON.parse(input)).scheduledTime).toBe('2026-11-21T10:00:00Z');
  });
});

describe('alerts', () => {
  test.each([
    ['dev', ''],
    ['custom', 'ops@example.org'],
  ] as const)('of stage %s go to %j', (stage, address) => {
    const template = parseTemplate(rawTemplate(stage));
    expect(template.Resources.AlertSubscription?.Condition).toBe('HasAlertEmail');
    expect(resolve(stage, template.Conditions.HasAlertEmail)).toBe(address !== '');
    expect(resolved(stage, 'AlertSubscription')).toMatchObject({ Protocol: 'email', Endpoint: address });
  });
});

test('the outputs are those that the command line reads', () => {
  const ours = Object.keys(rawTemplate('dev').Outputs).filter((key) => !key.startsWith('Serverless'));
  expect(ours.toSorted()).toEqual([
    'AlertTopicArn',
    'ClusterName',
    'DashboardUrl',
    'InboxBucketName',
    'JobDeadLetterQueueUrl',
    'JobQueueUrl',
    'LargeObjectBytes',
    'LaunchDeadLetterQueueUrl',
    'LaunchQueueUrl',
    'ResultsBucketName',
    'ResultsFileSystemId',
    'WorkerImageUri',
    'WorkerServiceName',
  ]);
});
