import { describe, expect, test } from 'vitest';
import { ofType, raw, resources } from './template.ts';

const STATEFUL = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::EFS::FileSystem', 'AWS::ECR::Repository'];

/** Kept by nobody: emptied by `serverless remove`, which would fail on a bucket that stays. */
const NOT_RETAINED = ['ServerlessDeploymentBucket'];

/** Logical ID and property → why the name is ours and not CloudFormation's. */
const NAMES: Readonly<Record<string, string>> = {
  'JobQueue.QueueName': 'its dead-letter queue names it before it exists',
  'LaunchQueue.QueueName': 'its dead-letter queue names it before it exists',
  'WorkerTaskDefinition.Family': 'revisions of one family follow each other',
  'JobTaskDefinition.Family': 'the launching roles allow every revision of the family',
  'SweepTaskDefinition.Family': 'the launching role allows every revision of the family',
  'WakeRule.Name': 'the function that switches it is its target too',
  'OnObjectCreatedLambdaFunction.FunctionName': 'given by the framework',
  'OnScheduleLambdaFunction.FunctionName': 'given by the framework',
  'OnTaskStoppedLambdaFunction.FunctionName': 'given by the framework',
  'ScaleServiceLambdaFunction.FunctionName': 'given by the framework',
  'OnObjectCreatedLogGroup.LogGroupName': 'Lambda writes to the group of the function’s name',
  'OnScheduleLogGroup.LogGroupName': 'Lambda writes to the group of the function’s name',
  'OnTaskStoppedLogGroup.LogGroupName': 'Lambda writes to the group of the function’s name',
  'ScaleServiceLogGroup.LogGroupName': 'Lambda writes to the group of the function’s name',
};

/** `FunctionName` of these names another resource. */
const REFERS = ['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Permission'];
const LOG_REFERS = ['AWS::Logs::MetricFilter', 'AWS::EC2::FlowLog'];

describe('what holds data', () => {
  test('outlives the stack and a replacement', () => {
    const lost = resources('prod').filter(
      ({ type, logicalId, deletionPolicy, updateReplacePolicy }) =>
        STATEFUL.includes(type) &&
        !NOT_RETAINED.includes(logicalId) &&
        !(deletionPolicy === 'Retain' && updateReplacePolicy === 'Retain'),
    );
    expect(lost.map(({ logicalId }) => logicalId)).toEqual([]);
  });

  test('has no name of our own without a reason', () => {
    const named = resources('dev').flatMap(({ logicalId, type, properties }) =>
      Object.keys(properties)
        .filter((name) => /^(\w*Name|Family)$/.test(name))
        // The name of an inline policy is within its roles.
        .filter((name) => !(name === 'PolicyName' && type === 'AWS::IAM::Policy'))
        .filter((name) => !['GroupName', 'MetricName', 'ServiceName', 'DisplayName'].includes(name))
        .filter((name) => !(name === 'FunctionName' && REFERS.includes(type)))
        .filter((name) => !(name === 'LogGroupName' && LOG_REFERS.includes(type)))
        .map((name) => `${logicalId}.${name}`),
    );
    expect(named.toSorted()).toEqual(Object.keys(NAMES).toSorted());
  });

  test('keeps its logs for as long as the stage says', () => {
    const groups = (stage: 'dev' | 'prod') => ofType(stage, 'AWS::Logs::LogGroup');
    expect(groups('dev')).toHaveLength(5);
    for (const { properties } of groups('dev')) expect(properties.RetentionInDays).toBe(7);
    for (const { properties } of groups('prod')) expect(properties.RetentionInDays).toBe(365);
  });
});

describe.each(['InboxBucket', 'ResultsBucket'])('%s', (bucket) => {
  test('is versioned, encrypted and private', () => {
    expect(raw('dev', bucket)).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(raw('dev', bucket).BucketEncryption).toBeDefined();
  });

  test('refuses calls without TLS', () => {
    const { PolicyDocument, Bucket } = raw('dev', `${bucket}Policy`);
    expect(Bucket).toEqual({ Ref: bucket });
    expect(PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  test('cleans up broken uploads, and old versions not before a message’s longest life', () => {
    const { Rules } = raw('dev', bucket).LifecycleConfiguration;
    expect(Rules.some((rule: object) => 'AbortIncompleteMultipartUpload' in rule)).toBe(true);
    const days = Rules.flatMap((rule: { NoncurrentVersionExpiration?: { NoncurrentDays: number } }) =>
      rule.NoncurrentVersionExpiration ? [rule.NoncurrentVersionExpiration.NoncurrentDays] : [],
    );
    expect(Math.min(...days)).toBeGreaterThan(raw('dev', 'JobQueue').MessageRetentionPeriod / 86_400);
  });
});

test('only the inbox tells EventBridge of its objects', () => {
  const told = ofType('dev', 'AWS::S3::Bucket').filter(({ properties }) => properties.NotificationConfiguration);
  expect(told.map(({ logicalId }) => logicalId)).toEqual(['InboxBucket']);
});

test('no record of the commit point, and no output, ever expires', () => {
  const { Rules } = raw('dev', 'ResultsBucket').LifecycleConfiguration;
  const expiring = Rules.filter((rule: object) => 'ExpirationInDays' in rule);
  expect(expiring.map(({ Prefix }: { Prefix: string }) => Prefix)).toEqual([
    'journal/',
    'stops/',
    'retries/',
    'rates/',
    'alerts/',
    'reports/',
  ]);
});

test('S3 itself refuses an outcome that is written with neither If-None-Match nor If-Match', () => {
  const statement = raw('dev', 'ResultsBucketPolicy').PolicyDocument.Statement.find(
    ({ Action }: { Action: string }) => Action === 's3:PutObject',
  );
  expect(statement).toEqual({
    Sid: 'OutcomesAreWrittenOnce',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: { 'Fn::Sub': `\${ResultsBucket.Arn}/outcomes/*` },
    Condition: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
  });
});
