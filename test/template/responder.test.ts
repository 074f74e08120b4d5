import { execFileSync, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { responderSettings } from '../../aws/settings.ts';
import { environmentOf, ofType, raw, rawTemplate, resolved, statementsOf } from './template.ts';

const FUNCTION = 'OnJobQueuedLambdaFunction';
const MAPPING = 'OnJobQueuedEventSourceMappingSQSJobQueue';
const WITH = ['firelens', 'ec2'] as const;

describe.each(WITH)('the first responder of profile %s', (stage) => {
  test('takes jobs one by one from the queue of the service, and says which stay there', () => {
    expect(resolved(stage, MAPPING)).toMatchObject({
      EventSourceArn: resolved(stage, 'JobQueuePolicy').PolicyDocument.Statement[0].Resource,
      BatchSize: 1,
      Enabled: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: stage === 'ec2' ? 10 : 5 },
    });
  });

  test('ends long before its message shows again', () => {
    expect(raw(stage, FUNCTION).Timeout).toBeLessThanOrEqual(raw(stage, 'JobQueue').VisibilityTimeout / 2);
  });

  test('gives a processor as much memory as the service does, and has that and its own', () => {
    const { PROCESSOR_MEMORY_MIB: service } = environmentOf(stage, 'WorkerTaskDefinition');
    const { PROCESSOR_MEMORY_MIB: responder } = environmentOf(stage, FUNCTION);
    expect(responder).toBe(service);
    expect(raw(stage, FUNCTION).MemorySize).toBeGreaterThanOrEqual(Number(responder) + 384);
    expect(raw(stage, FUNCTION).Architectures).toEqual(['x86_64']);
  });

  test('has room for the largest object of its queue, its copy and its outputs', () => {
    const { RESPONDER_MAX_BYTES: bytes } = environmentOf(stage, FUNCTION);
    expect(raw(stage, FUNCTION).EphemeralStorage.Size * 2 ** 20).toBeGreaterThan(4 * Number(bytes));
  });

  test('has every setting that its code reads, each as the service has it', () => {
    const environment = environmentOf(stage, FUNCTION);
    const settings = responderSettings(environment);
    expect(settings).toMatchObject({ RESULTS_DIRECTORY: '/mnt/results', SCRATCH_DIRECTORY: '/tmp' });
    const service = environmentOf(stage, 'WorkerTaskDefinition');
    const shared = Object.keys(settings).filter(
      (name) => name in service && name in environment && name !== 'SCRATCH_DIRECTORY',
    );
    expect(shared.length).toBeGreaterThan(8);
    for (const name of shared) expect([name, environment[name]]).toEqual([name, service[name]]);
  });

  test('is in the network of the tasks, with their file system, and is made after what it mounts', () => {
    const { VpcConfig, FileSystemConfigs } = resolved(stage, FUNCTION);
    expect(VpcConfig.SecurityGroupIds).toEqual([
      resolved(stage, 'FileSystemSecurityGroup').SecurityGroupIngress[0].SourceSecurityGroupId,
    ]);
    expect(VpcConfig.SubnetIds).toHaveLength(ofType(stage, 'AWS::EFS::MountTarget').length);
    expect(FileSystemConfigs).toMatchObject([{ LocalMountPath: '/mnt/results' }]);
    const needs: string[] = rawTemplate(stage).Resources[FUNCTION].DependsOn;
    expect(needs).toEqual(
      expect.arrayContaining(ofType(stage, 'AWS::EFS::MountTarget').map(({ logicalId }) => logicalId)),
    );
  });

  test('may do of S3 what the service may, and nothing with ECS or other queues', () => {
    const s3 = (role: string) =>
      statementsOf(stage, role)
        .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:')))
        .map((statement) => JSON.stringify(statement))
        // A task tells how fast it is, and is told when it is too many; a function is not.
        .filter((statement) => !/\/rates\/|\/locks\/surplus/.test(statement))
        .toSorted();
    expect(s3('OnJobQueuedRole')).toEqual(s3('WorkerTaskRole'));
    const statements = statementsOf(stage, 'OnJobQueuedRole');
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(ecs|sns|iam|lambda):|sqs:(Send|Change)/.test(action))).toEqual([]);
    const network = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('ec2:')));
    expect(network.map(({ Condition }) => Condition)).toEqual([{ Null: { 'lambda:SourceFunctionArn': 'true' } }]);
  });

  test('is switched by the scaler, which may switch nothing else', () => {
    const switching = statementsOf(stage, 'ScaleServiceRole').filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('lambda:')),
    );
    expect(switching).toEqual([
      { Effect: 'Allow', Action: 'lambda:UpdateEventSourceMapping', Resource: expect.stringContaining(MAPPING) },
    ]);
    expect(environmentOf(stage, 'ScaleServiceLambdaFunction').RESPONDER_MAPPING).toBe(MAPPING);
  });

  test('tells of errors and of throttling, and is on the dashboard', () => {
    const body: string = resolved(stage, 'Dashboard').DashboardBody;
    expect(body).toContain(resolved(stage, 'OnJobQueuedErrorsAlarm').Dimensions[0].Value);
    for (const [alarm, metric] of [
      ['OnJobQueuedErrorsAlarm', 'Errors'],
      ['OnJobQueuedThrottlesAlarm', 'Throttles'],
    ] as const) {
      expect(raw(stage, alarm)).toMatchObject({ MetricName: metric, AlarmActions: [{ Ref: 'AlertTopic' }] });
      expect(body).toContain(alarm);
    }
  });
});

test('with keys of the stack’s own it may use the one for data, through S3 and SQS', () => {
  const key = statementsOf('ec2', 'OnJobQueuedRole').filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
  expect(key).toHaveLength(1);
  expect(raw('ec2', FUNCTION).KmsKeyArn).toEqual({ 'Fn::GetAtt': ['DataKey', 'Arn'] });
});

test('without one, nothing of it is there', () => {
  expect(JSON.stringify(rawTemplate('external'))).not.toContain('OnJobQueued');
  expect(environmentOf('external', 'ScaleServiceLambdaFunction').RESPONDER_MAPPING).toBe('');
});

test('its package runs by itself: the children start, and sharp is there', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-responder-'));
  try {
    const zip = String(raw('firelens', FUNCTION).Code.S3Key).split('/').at(-1) ?? '';
    execFileSync('python3', ['-m', 'zipfile', '-e', join(inject('packages').firelens, zip), directory]);
    const child = fork(join(directory, '.build', 'responder', 'child.mjs'), ['processor'], { env: {}, execArgv: [] });
    const ready = await new Promise((resolve) => {
      child.once('message', resolve);
      child.once('exit', (code) => resolve(`ended with ${code}`));
    });
    child.kill('SIGKILL');
    expect(ready).toEqual({ type: 'ready' });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
