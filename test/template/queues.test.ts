import { describe, expect, test } from 'vitest';
import { SQS_REQUEST_TIMEOUT_MS } from '../../aws/clients.ts';
import { serviceSettings } from '../../aws/settings.ts';
import { createHeartbeats } from '../../worker/heartbeat.ts';
import { environmentOf, ofType, raw, resolved } from './template.ts';

const SOURCES = [
  ['JobQueue', 'JobDeadLetterQueue'],
  ['LaunchQueue', 'LaunchDeadLetterQueue'],
] as const;

describe.each(SOURCES)('%s', (source, deadLetters) => {
  test('moves to its own dead-letter queue, which takes from it alone', () => {
    expect(raw('dev', source).RedrivePolicy.deadLetterTargetArn).toEqual({ 'Fn::GetAtt': [deadLetters, 'Arn'] });
    const { QueueName } = resolved('dev', source);
    const { redrivePermission, sourceQueueArns } = resolved('dev', deadLetters).RedriveAllowPolicy;
    expect(redrivePermission).toBe('byQueue');
    expect(sourceQueueArns).toEqual([`arn:aws:sqs:eu-west-1:123456789012:${QueueName}`]);
    expect(QueueName).toMatch(/^slipway-dev-[\w-]{1,68}$/);
  });

  test('gives a message up before its dead-letter queue does', () => {
    const { MessageRetentionPeriod, RedrivePolicy, VisibilityTimeout } = resolved('dev', source);
    expect(resolved('dev', deadLetters).MessageRetentionPeriod).toBeGreaterThan(MessageRetentionPeriod);
    // A receive is no attempt: the real ones are counted elsewhere.
    expect(RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(20);
    expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeLessThan(MessageRetentionPeriod);
  });
});

describe('the job queue', () => {
  test.each([
    ['dev', 120],
    // The shortest that is allowed.
    ['custom', 30],
  ] as const)(
    'on stage %s, keeps a message hidden for longer than a heartbeat and a call that hangs',
    (stage, seconds) => {
      const settings = serviceSettings(environmentOf(stage, 'WorkerTaskDefinition'));
      expect(settings.VISIBILITY_SECONDS).toBe(seconds);
      expect(resolved(stage, 'JobQueue').VisibilityTimeout).toBe(seconds);
      expect(heartbeatMs(seconds) + SQS_REQUEST_TIMEOUT_MS).toBeLessThan(seconds * 1000);
    },
  );
});

/** How long the worker waits before it renews a lease, milliseconds. */
function heartbeatMs(visibilitySeconds: number): number {
  const pauses: number[] = [];
  const none = () => undefined;
  createHeartbeats({
    queue: { changeVisibility: async () => 'lost' },
    visibilitySeconds,
    clock: {
      now: () => 0,
      sleep(milliseconds) {
        pauses.push(milliseconds);
        return new Promise(none);
      },
    },
    logger: { debug: none, info: none, warn: none, error: none },
  }).hold('handle', none);
  return pauses[0] ?? Number.NaN;
}

describe('the launch queue', () => {
  test('hides a message for six timeouts of its function', () => {
    const { Timeout } = resolved('dev', 'OnObjectCreatedLambdaFunction');
    expect(resolved('dev', 'LaunchQueue').VisibilityTimeout).toBe(6 * Timeout);
  });

  test('feeds its function in batches, message by message, with bounded concurrency', () => {
    const [mapping, ...others] = ofType('dev', 'AWS::Lambda::EventSourceMapping');
    expect(others).toEqual([]);
    expect(mapping?.properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['LaunchQueue', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['OnObjectCreatedLambdaFunction', 'Arn'] },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      Enabled: true,
    });
  });
});

interface Source {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
}

describe('every queue', () => {
  const queues = () => ofType('dev', 'AWS::SQS::Queue').map(({ logicalId }) => logicalId);

  test('is encrypted with a key that EventBridge can use', () => {
    for (const queue of queues()) {
      expect(raw('dev', queue).SqsManagedSseEnabled, queue).toBe(true);
      expect(raw('dev', queue).KmsMasterKeyId, queue).toBeUndefined();
    }
  });

  test('refuses calls without TLS', () => {
    const covered = ofType('dev', 'AWS::SQS::QueuePolicy').flatMap(({ properties }) => {
      const statement = properties.PolicyDocument.Statement.find(({ Sid }: { Sid: string }) => Sid === 'TlsOnly');
      expect(statement).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'sqs:*' });
      const arns = [statement.Resource].flat().map((resource) => resource['Fn::GetAtt'][0]);
      expect(arns).toEqual(properties.Queues.map((queue: { Ref: string }) => queue.Ref));
      return arns;
    });
    expect(covered.toSorted()).toEqual(queues().toSorted());
  });

  test('lets a service of AWS send only for the rules or the topic that feed it', () => {
    const senders = ofType('dev', 'AWS::SQS::QueuePolicy').flatMap(({ logicalId, properties }) =>
      properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow').map(
        (statement: {
          Principal: { Service: string };
          Action: string;
          Condition: Record<string, Record<string, unknown>>;
        }) => {
          expect(statement.Action).toBe('sqs:SendMessage');
          expect(statement.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
          const sources = [statement.Condition.ArnEquals?.['aws:SourceArn']].flat() as Source[];
          const names = sources.map((source) => source.Ref ?? source['Fn::GetAtt']?.[0]).join(', ');
          return `${logicalId}: ${statement.Principal.Service} for ${names}`;
        },
      ),
    );
    expect(senders).toEqual([
      'JobQueuePolicy: events.amazonaws.com for SmallObjectRule',
      'LaunchQueuePolicy: events.amazonaws.com for LargeObjectRule',
      'EventsDeadLetterQueuePolicy: events.amazonaws.com for SmallObjectRule, LargeObjectRule, TaskStoppedRule',
      'AlertDeadLetterQueuePolicy: sns.amazonaws.com for AlertTopic',
    ]);
  });
});
