import { describe, expect, test } from 'vitest';
import { environmentOf, ofType, raw, resolved, statementsOf } from './template.ts';

const DEFINITIONS = [
  ['WorkerTaskDefinition', 'service'],
  ['JobTaskDefinition', 'job'],
  ['SweepTaskDefinition', 'sweep'],
] as const;

describe.each(DEFINITIONS)('FireLens in %s', (definition, kind) => {
  const containers = (profile: 'firelens' | 'existing') => resolved(profile, definition).ContainerDefinitions;

  test.each(['firelens', 'existing'] as const)(
    '(%s) is an essential container, healthy before the worker starts',
    (profile) => {
      const [worker, router, ...others] = containers(profile);
      expect(others).toEqual([]);
      expect(router).toMatchObject({
        Name: 'log-router',
        Essential: true,
        FirelensConfiguration: { Type: 'fluentbit' },
      });
      expect(router.HealthCheck.Command[0]).toBe('CMD');
      expect(worker.DependsOn).toEqual([{ ContainerName: 'log-router', Condition: 'HEALTHY' }]);
      // It is there to send what the worker says at its end.
      expect(worker.StopTimeout).toBeGreaterThanOrEqual(router.StopTimeout);
    },
  );

  test('has no rights on its machine', () => {
    expect(containers('firelens')[1]).toMatchObject({
      Privileged: false,
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
  });

  test('sends to CloudWatch, into the streams that alerts name', () => {
    const { LogDriver, Options, SecretOptions } = containers('firelens')[0].LogConfiguration;
    expect({ LogDriver, SecretOptions }).toEqual({ LogDriver: 'awsfirelens', SecretOptions: undefined });
    expect(Options).toMatchObject({
      Name: 'cloudwatch_logs',
      log_group_name: 'WorkerLogGroup',
      auto_create_group: 'false',
    });
    const { WORKER_LOG_STREAM = '' } = environmentOf('firelens', 'OnTaskStoppedLambdaFunction');
    expect(WORKER_LOG_STREAM.replace('KIND', kind)).toBe(`${Options.log_stream_prefix}worker-firelens-TASK`);
  });

  test('sends to Splunk over TLS, with a token that stands in no template', () => {
    const { Options, SecretOptions } = containers('existing')[0].LogConfiguration;
    expect(Options).toMatchObject({ Name: 'splunk', host: 'http-inputs.splunk.example.com', port: '8088', tls: 'On' });
    expect(Object.keys(Options).filter((name) => /token/i.test(name))).toEqual([]);
    expect(SecretOptions).toEqual([
      { Name: 'splunk_token', ValueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:splunk-a1b2c3' },
    ]);
  });
});

test('who writes the logs may: the task’s role to CloudWatch, the execution role reads the token', () => {
  const actions = (profile: 'dev' | 'firelens' | 'existing', role: string) =>
    statementsOf(profile, role).flatMap(({ Action }) => Action);
  for (const role of ['WorkerTaskRole', 'JobTaskRole', 'SweepTaskRole']) {
    expect(actions('firelens', role)).toEqual(expect.arrayContaining(['logs:CreateLogStream', 'logs:PutLogEvents']));
    expect(actions('dev', role)).not.toContain('logs:PutLogEvents');
    expect(actions('existing', role)).not.toContain('logs:PutLogEvents');
  }
  expect(actions('existing', 'TaskExecutionRole')).toContain('secretsmanager:GetSecretValue');
  expect(actions('firelens', 'TaskExecutionRole')).not.toContain('secretsmanager:GetSecretValue');
});

test('a collector at another port than 443 can be reached, and nothing else can', () => {
  const rules = ofType('existing', 'AWS::EC2::SecurityGroupEgress').filter(({ properties }) => 'CidrIp' in properties);
  expect(rules.map(({ properties }) => [properties.FromPort, properties.ToPort])).toEqual([[8088, 8088]]);
});

test('alerts name no log group where the lines are not in one', () => {
  expect(environmentOf('existing', 'OnTaskStoppedLambdaFunction').WORKER_LOG_GROUP).toBe('');
  expect(environmentOf('dev', 'OnTaskStoppedLambdaFunction').WORKER_LOG_GROUP).toBe('WorkerLogGroup');
});

test('without FireLens a task has one container', () => {
  for (const [definition] of DEFINITIONS) expect(raw('dev', definition).ContainerDefinitions).toHaveLength(1);
});
