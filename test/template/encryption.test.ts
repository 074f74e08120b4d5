import { describe, expect, test } from 'vitest';
import { ofType, raw, rawTemplate, resolve, resolved, statementsOf } from './template.ts';

interface KeyStatement {
  readonly Sid: string;
  readonly Principal: { readonly AWS?: string; readonly Service?: string };
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

const PROFILE = 'prod';
const DATA_KEY = { 'Fn::GetAtt': ['DataKey', 'Arn'] };
const LOG_KEY = { 'Fn::GetAtt': ['LogKey', 'Arn'] };

const isForService = ({ Principal }: KeyStatement) => Principal.Service !== undefined;
const policyOf = (key: string) => resolved(PROFILE, key).KeyPolicy.Statement as KeyStatement[];

describe('with keys of the stack', () => {
  test('every bucket but those of AWS’s own writers is encrypted with the data key', () => {
    for (const bucket of ['InboxBucket', 'ResultsBucket']) {
      const [rule] = raw(PROFILE, bucket).BucketEncryption.ServerSideEncryptionConfiguration;
      expect(rule).toEqual({
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: DATA_KEY },
        BucketKeyEnabled: true,
      });
    }
  });

  test('every queue and the topic too, and no queue names two kinds of encryption', () => {
    const queues = ofType(PROFILE, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(7);
    for (const { logicalId, properties } of queues) {
      expect(properties.KmsMasterKeyId, logicalId).toEqual({ Ref: 'DataKey' });
      expect(resolved(PROFILE, logicalId).SqsManagedSseEnabled, logicalId).toBeUndefined();
    }
    expect(raw(PROFILE, 'AlertTopic').KmsMasterKeyId).toEqual({ Ref: 'DataKey' });
  });

  test('the file system and the functions’ settings too', () => {
    expect(raw(PROFILE, 'ResultsFileSystem').KmsKeyId).toEqual(DATA_KEY);
    for (const { properties } of ofType(PROFILE, 'AWS::Lambda::Function'))
      expect(properties.KmsKeyArn).toEqual(DATA_KEY);
  });

  test('every log group has the key for logs, which cannot read objects', () => {
    for (const { logicalId, properties } of ofType(PROFILE, 'AWS::Logs::LogGroup')) {
      expect(properties.KmsKeyId, logicalId).toEqual(LOG_KEY);
    }
  });

  test('keys rotate, stay, and are administered by the account', () => {
    for (const { logicalId } of ofType(PROFILE, 'AWS::KMS::Key')) {
      const { DeletionPolicy, Properties } = rawTemplate(PROFILE).Resources[logicalId];
      expect({ DeletionPolicy, rotates: Properties.EnableKeyRotation }).toEqual({
        DeletionPolicy: 'Retain',
        rotates: true,
      });
      expect(policyOf(logicalId)[0]?.Principal).toEqual({ AWS: 'arn:aws:iam::123456789012:root' });
    }
  });

  test('services may use the data key for this account and this stack alone', () => {
    const services = policyOf('DataKey').filter(isForService);
    expect(services.map(({ Principal }) => Principal.Service)).toEqual([
      'events.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'sns.amazonaws.com',
    ]);
    for (const { Sid, Condition } of services) {
      expect(Condition?.StringEquals, Sid).toEqual({ 'aws:SourceAccount': '123456789012' });
      expect(Condition?.ArnLike?.['aws:SourceArn'], Sid).toMatch(/^arn:aws:\w+:eu-west-1:123456789012:/);
    }
  });

  test('the logs’ service may use the other for the groups of this stack alone', () => {
    const [logs] = policyOf('LogKey').filter(isForService);
    expect(logs?.Principal).toEqual({ Service: 'logs.eu-west-1.amazonaws.com' });
    const groups = ofType(PROFILE, 'AWS::Logs::LogGroup').map(({ properties }) => properties.LogGroupName);
    const named = groups.filter((name) => name !== undefined).map((name) => String(resolve(PROFILE, name)));
    expect(named.length).toBeGreaterThan(0);
    const patterns = [logs?.Condition?.ArnLike?.['kms:EncryptionContext:aws:logs:arn'] ?? []].flat();
    expect(patterns).toEqual([
      'arn:aws:logs:eu-west-1:123456789012:log-group:slipway-prod-*',
      'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/slipway-prod-*',
    ]);
    for (const name of named) expect(name).toMatch(/^\/aws\/lambda\/slipway-prod-/);
  });

  test('roles use the data key through the services that they use, and for nothing else', () => {
    const services: Record<string, string[]> = {
      WorkerTaskRole: ['s3', 'sqs'],
      JobTaskRole: ['s3', 'sqs'],
      SweepTaskRole: ['s3', 'sqs', 'sns'],
      OnObjectCreatedRole: ['s3', 'sqs', 'sns'],
      OnTaskStoppedRole: ['s3', 'sqs', 'sns'],
      OnScheduleRole: ['sqs', 'sns'],
      SweepScheduleRole: ['sqs', 'sns'],
      ScaleServiceRole: ['s3'],
    };
    for (const [role, names] of Object.entries(services)) {
      const statements = statementsOf(PROFILE, role).filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
      expect(
        statements.map(({ Condition }) => Condition?.StringEquals),
        role,
      ).toEqual([{ 'kms:ViaService': names.map((name) => `${name}.eu-west-1.amazonaws.com`) }]);
    }
  });
});
