import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../infra/local/events/pattern.ts';
import { environmentOf, rawTemplate, resolved, type Stage } from './template.ts';

const LIMITS: readonly (readonly [Stage, number])[] = [
  ['dev', 33_554_432],
  ['custom', 1_000],
];

function objectCreated(stage: Stage, object: object) {
  const name = resolved(stage, 'SmallObjectRule').EventPattern.detail.bucket.name[0];
  return {
    version: '0',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: [`arn:aws:s3:::${name}`],
    detail: {
      version: '0',
      bucket: { name },
      object: { key: 'a b+c%20d.jpg', etag: 'e', ...object },
      reason: 'PutObject',
    },
  };
}

/** Logical IDs of the rules that match. */
function matching(stage: Stage, event: unknown): string[] {
  return ['SmallObjectRule', 'LargeObjectRule', 'TaskStoppedRule'].filter((rule) =>
    compilePattern(resolved(stage, rule).EventPattern)(event),
  );
}

describe.each(LIMITS)('the rules of stage %s', (stage, limit) => {
  test.each([0, 1, limit - 1, limit])('send an object of %d bytes to the job queue alone', (size) => {
    expect(matching(stage, objectCreated(stage, { size }))).toEqual(['SmallObjectRule']);
  });

  // Around 5e9 older EventBridge compared no numbers; 5e13 is beyond what S3 stores.
  test.each([limit + 1, 4.9e9, 5e9, 5.1e9, 5e13])('send an object of %d bytes to the launch queue alone', (size) => {
    expect(matching(stage, objectCreated(stage, { size }))).toEqual(['LargeObjectRule']);
  });

  test('tell the sweep, the outputs and nobody else the same limit', () => {
    expect(environmentOf(stage, 'SweepTaskDefinition').LARGE_OBJECT_BYTES).toBe(String(limit));
    expect(rawTemplate(stage).Outputs.LargeObjectBytes.Value).toBe(String(limit));
  });
});

describe('the object rules', () => {
  test('send an object whose size is not known to the job queue', () => {
    expect(matching('dev', objectCreated('dev', {}))).toEqual(['SmallObjectRule']);
  });

  test.each([0, 5e9])('leave folder markers out (%d bytes)', (size) => {
    expect(matching('dev', objectCreated('dev', { key: 'holiday/', size }))).toEqual([]);
    expect(matching('dev', objectCreated('dev', { key: 'holiday/picture', size }))).toHaveLength(1);
  });

  test('leave other buckets, other events and other sources out', () => {
    const event = objectCreated('dev', { size: 1 });
    expect(matching('dev', { ...event, source: 'slipway.test' })).toEqual([]);
    expect(matching('dev', { ...event, 'detail-type': 'Object Deleted' })).toEqual([]);
    expect(matching('dev', { ...event, detail: { ...event.detail, bucket: { name: 'resultsbucket' } } })).toEqual([]);
  });

  test.each([
    ['SmallObjectRule', 'JobQueue'],
    ['LargeObjectRule', 'LaunchQueue'],
  ])('%s delivers to %s, and keeps what it cannot deliver', (rule, queue) => {
    const { Targets } = resolved('dev', rule);
    expect(Targets).toHaveLength(1);
    expect(Targets[0].Arn).toContain(queue);
    expect(Targets[0].DeadLetterConfig.Arn).toContain('EventsDeadLetterQueue');
  });
});

describe('the rule of stopped tasks', () => {
  const stopped = (detail: object) => ({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    detail: { clusterArn: resolved('dev', 'TaskStoppedRule').EventPattern.detail.clusterArn[0], ...detail },
  });

  test('matches a stopped task of the cluster alone', () => {
    expect(matching('dev', stopped({ lastStatus: 'STOPPED' }))).toEqual(['TaskStoppedRule']);
    expect(matching('dev', stopped({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' }))).toEqual([]);
    expect(matching('dev', stopped({ lastStatus: 'STOPPED', clusterArn: 'arn:aws:ecs:x:1:cluster/other' }))).toEqual(
      [],
    );
  });

  test('may invoke the function, and only for this account', () => {
    const permission = resolved('dev', 'TaskStoppedRulePermission');
    expect(permission).toMatchObject({ Principal: 'events.amazonaws.com', SourceAccount: '123456789012' });
    expect(permission.SourceArn).toContain('TaskStoppedRule');
    expect(permission.FunctionName).toBe('OnTaskStoppedLambdaFunction');
  });
});
