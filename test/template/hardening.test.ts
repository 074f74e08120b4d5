import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../infra/profiles.ts';
import { ofType, type Properties, resolved, resources, type Stage } from './template.ts';

const NAMES = PROFILES.map(({ name }) => name);

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ACCOUNT = '123456789012';

/** What calls the scaler: a call that fails is made up for within a minute, and an old one is of no use. */
const LEFT_TO_THE_NEXT_TICK = ['WakeRule', 'ScaleSchedule', 'ScaleServiceLambdaFunction'];

/** Statements of every policy of a kind of resource, resolved, with the logical ID that they stand in. */
function statements(stage: Stage, type: string, path: (properties: Properties) => Properties): [string, Statement][] {
  return ofType(stage, type).flatMap(({ logicalId }) =>
    path(resolved(stage, logicalId)).Statement.map((statement: Statement): [string, Statement] => [
      logicalId,
      statement,
    ]),
  );
}

/** Every statement of a resource's own policy. */
const resourcePolicies = (stage: Stage) => [
  ...statements(stage, 'AWS::SQS::QueuePolicy', ({ PolicyDocument }) => PolicyDocument),
  ...statements(stage, 'AWS::SNS::TopicPolicy', ({ PolicyDocument }) => PolicyDocument),
  ...statements(stage, 'AWS::S3::BucketPolicy', ({ PolicyDocument }) => PolicyDocument),
  ...statements(stage, 'AWS::KMS::Key', ({ KeyPolicy }) => KeyPolicy),
];

const conditionKeys = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));

describe.each(NAMES)('profile %s', (stage) => {
  test('every bucket is private, encrypted, owned by the account, refuses calls without TLS and ends broken uploads', () => {
    const secured = statements(stage, 'AWS::S3::BucketPolicy', ({ PolicyDocument }) => PolicyDocument).flatMap(
      ([policy, { Sid, Effect, Action }]) =>
        Sid === 'TlsOnly' && Effect === 'Deny' && Action === 's3:*' ? [resolved(stage, policy).Bucket] : [],
    );
    for (const { logicalId, properties } of ofType(stage, 'AWS::S3::Bucket')) {
      expect(Object.values(properties.PublicAccessBlockConfiguration), logicalId).toEqual([true, true, true, true]);
      expect(properties.BucketEncryption, logicalId).toBeDefined();
      expect(properties.OwnershipControls, logicalId).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(properties.VersioningConfiguration, logicalId).toEqual({ Status: 'Enabled' });
      const { Rules } = properties.LifecycleConfiguration;
      expect(
        Rules.some((rule: object) => 'AbortIncompleteMultipartUpload' in rule),
        logicalId,
      ).toBe(true);
      expect(secured, logicalId).toContain(logicalId.toLowerCase());
    }
  });

  test('a service of AWS may use a resource for this account alone, and for what feeds it', () => {
    const services = resourcePolicies(stage).filter(
      ([, { Effect, Principal }]) => Effect === 'Allow' && typeof Principal === 'object' && Principal.Service,
    );
    expect(services.length).toBeGreaterThanOrEqual(5);
    for (const [policy, statement] of services) {
      const keys = conditionKeys(statement);
      // CloudWatch Logs says which group a key is used for, and its ARN has the account.
      if (keys.includes('kms:EncryptionContext:aws:logs:arn')) continue;
      expect(keys, `${policy} ${statement.Sid}`).toEqual(
        expect.arrayContaining(['aws:SourceAccount', 'aws:SourceArn']),
      );
      expect(statement.Condition?.StringEquals?.['aws:SourceAccount'], policy).toBe(ACCOUNT);
    }
    for (const { logicalId } of ofType(stage, 'AWS::Lambda::Permission')) {
      const { SourceArn, SourceAccount } = resolved(stage, logicalId);
      expect({ SourceArn, SourceAccount }, logicalId).toEqual({
        SourceArn: expect.any(String),
        SourceAccount: ACCOUNT,
      });
    }
  });

  test('nobody else may: a resource’s policy allows a service, or the account to its keys', () => {
    for (const [policy, { Effect, Principal, Action }] of resourcePolicies(stage)) {
      if (Effect !== 'Allow') continue;
      const { Service, AWS } = typeof Principal === 'string' ? { Service: undefined, AWS: Principal } : Principal;
      if (Service) continue;
      expect([policy, AWS, Action]).toEqual([
        expect.stringMatching(/Key$/),
        expect.stringMatching(/^arn:aws:iam::123456789012:root$/),
        'kms:*',
      ]);
    }
  });

  test('every delivery has somewhere to go when it fails', () => {
    for (const { logicalId, properties } of ofType(stage, 'AWS::Events::Rule')) {
      if (LEFT_TO_THE_NEXT_TICK.includes(logicalId)) continue;
      for (const target of properties.Targets) expect(target.DeadLetterConfig?.Arn, logicalId).toBeDefined();
    }
    for (const { logicalId, properties } of ofType(stage, 'AWS::Scheduler::Schedule')) {
      if (LEFT_TO_THE_NEXT_TICK.includes(logicalId)) continue;
      expect(properties.Target.DeadLetterConfig?.Arn, logicalId).toBeDefined();
    }
    for (const { logicalId, properties } of ofType(stage, 'AWS::SNS::Subscription')) {
      expect(properties.RedrivePolicy?.deadLetterTargetArn, logicalId).toBeDefined();
    }
    const queued = ofType(stage, 'AWS::Lambda::EventSourceMapping').map(({ properties }) =>
      JSON.stringify(properties.FunctionName),
    );
    const asynchronous = ofType(stage, 'AWS::Lambda::EventInvokeConfig').filter(
      ({ properties }) => properties.DestinationConfig?.OnFailure?.Destination !== undefined,
    );
    const kept = ofType(stage, 'AWS::Lambda::Function').filter(
      ({ logicalId }) => !LEFT_TO_THE_NEXT_TICK.includes(logicalId),
    );
    expect(queued.length + asynchronous.length).toBe(kept.length);
  });

  test('every queue says who may use it as a dead-letter queue', () => {
    const sources = ofType(stage, 'AWS::SQS::Queue').filter(({ properties }) => properties.RedrivePolicy);
    expect(sources).toHaveLength(2);
    for (const { logicalId, properties } of ofType(stage, 'AWS::SQS::Queue')) {
      if (properties.RedrivePolicy) continue;
      expect(['byQueue', 'denyAll'], logicalId).toContain(properties.RedriveAllowPolicy?.redrivePermission);
    }
  });

  test('every container is bound: no rights, no root file system to write, and no root but the log router', () => {
    for (const { logicalId } of ofType(stage, 'AWS::ECS::TaskDefinition')) {
      const { ContainerDefinitions, PidMode, IpcMode } = resolved(stage, logicalId);
      expect({ PidMode, IpcMode }).toEqual({ PidMode: undefined, IpcMode: undefined });
      for (const container of ContainerDefinitions) {
        const name = `${logicalId} ${container.Name}`;
        expect(container, name).toMatchObject({
          Privileged: false,
          ReadonlyRootFilesystem: true,
          LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
        });
        expect(container.LinuxParameters.Capabilities.Add, name).toBeUndefined();
        expect(container.User, name).toBe(container.Name === 'log-router' ? '0' : '10001:10001');
        expect(container.LogConfiguration, name).toBeDefined();
        const secretLooking = (container.Environment ?? []).filter(({ Name }: { Name: string }) =>
          /SECRET|TOKEN|PASSWORD|PRIVATE/i.test(Name),
        );
        expect(secretLooking, name).toEqual([]);
      }
    }
  });

  test('no security group lets anybody in but by another group, and every rule says what it is for', () => {
    const inline = ofType(stage, 'AWS::EC2::SecurityGroup').flatMap(({ properties }) => [
      ...(properties.SecurityGroupIngress ?? []).map((rule: Properties) => ({ ...rule, ingress: true })),
      ...(properties.SecurityGroupEgress ?? []),
    ]);
    const apart = ['Ingress', 'Egress'].flatMap((direction) =>
      ofType(stage, `AWS::EC2::SecurityGroup${direction}`).map(({ properties }) => ({
        ...properties,
        ingress: direction === 'Ingress',
      })),
    );
    for (const rule of [...inline, ...apart] as Properties[]) {
      expect(rule.Description).toEqual(expect.any(String));
      if (rule.ingress) expect(JSON.stringify(rule)).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
    }
  });

  test('what nobody needs after the stack goes with it, and the rest says that it stays', () => {
    for (const { logicalId, type, deletionPolicy, updateReplacePolicy } of resources(stage)) {
      if (
        ![
          'AWS::Logs::LogGroup',
          'AWS::S3::Bucket',
          'AWS::SQS::Queue',
          'AWS::EFS::FileSystem',
          'AWS::KMS::Key',
        ].includes(type)
      )
        continue;
      expect([deletionPolicy, updateReplacePolicy], logicalId).not.toContain(undefined);
    }
  });
});

describe('prod', () => {
  test('writes down who reached for its objects: every bucket logs into one, which logs nowhere', () => {
    const destination = resolved('prod', 'AccessLogBucketPolicy').Bucket;
    const prefixes = ofType('prod', 'AWS::S3::Bucket').flatMap(({ logicalId }) => {
      const { LoggingConfiguration } = resolved('prod', logicalId);
      if (logicalId === 'AccessLogBucket') {
        expect(LoggingConfiguration).toBeUndefined();
        return [];
      }
      expect(LoggingConfiguration?.DestinationBucketName, logicalId).toBe(destination);
      return [LoggingConfiguration.LogFilePrefix];
    });
    expect(new Set(prefixes).size).toBe(3);
  });

  test('writes down who talked to whom in its network', () => {
    const [flowLog, ...others] = ofType('prod', 'AWS::EC2::FlowLog');
    expect(others).toEqual([]);
    expect(flowLog?.properties).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  test('encrypts what it keeps with keys of its own, which rotate and grant nobody but services', () => {
    for (const { logicalId, properties } of ofType('prod', 'AWS::KMS::Key')) {
      expect(properties.EnableKeyRotation, logicalId).toBe(true);
      expect(properties.KeyPolicy.Statement, logicalId).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'kms:CreateGrant',
          Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
        }),
      );
    }
    for (const { logicalId, properties } of ofType('prod', 'AWS::Logs::LogGroup')) {
      expect(properties.KmsKeyId, logicalId).toBeDefined();
    }
    for (const { logicalId, properties } of ofType('prod', 'AWS::SQS::Queue')) {
      expect(properties.KmsMasterKeyId, logicalId).toBeDefined();
    }
  });
});

test('dev pays for no audit logs', () => {
  const types = resources('dev').map(({ type }) => type);
  expect(types).not.toContain('AWS::EC2::FlowLog');
  expect(resources('dev').map(({ logicalId }) => logicalId)).not.toContain('AccessLogBucket');
});
