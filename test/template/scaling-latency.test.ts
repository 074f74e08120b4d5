import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publishSettings, scaleServiceSettings } from '../../aws/scaler-settings.ts';
import { scaleEventSchema } from '../../functions/scale-event.ts';
import { STEP_LINE } from '../../functions/scale-step.ts';
import { lastStepAt, STEP_MS } from '../../functions/scale-turn.ts';
import { environmentOf, ofType, raw, resolved, statementsOf } from './template.ts';

const FUNCTION = 'ScaleServiceLambdaFunction';
const PROFILES = ['dev', 'prod', 'steps', 'custom'] as const;

describe('scaleService', () => {
  test.each(PROFILES)('has in profile %s the settings that it reads, and no more of its own', (profile) => {
    const read = profile === 'steps' ? publishSettings : scaleServiceSettings;
    const environment = environmentOf(profile, FUNCTION);
    const settings = read(environment);
    // The stand-in's alone.
    const missing = Object.keys(settings).filter((name) => !(name in environment) && name !== 'TIME_SCALE');
    expect(missing).toEqual([]);
    expect(settings.TIME_SCALE).toBe(1);
  });

  test('decides by the slots that the tasks have', () => {
    for (const profile of ['dev', 'custom'] as const) {
      const { SLOTS } = environmentOf(profile, 'WorkerTaskDefinition');
      expect(environmentOf(profile, FUNCTION).SLOTS).toBe(SLOTS);
    }
  });

  test('may take as long as a loop and the calls of its last step', () => {
    const record = { v: 1, owner: '', until: 0, tickAt: 0, asleep: false, listedAt: 0 } as const;
    const loopMs = lastStepAt({ kind: 'tick' }, record, 0) + STEP_MS;
    expect(raw('dev', FUNCTION).Timeout * 1000).toBeGreaterThan(loopMs);
  });

  test('is not tried again: the next tick is as good', () => {
    const config = ofType('dev', 'AWS::Lambda::EventInvokeConfig').find(
      ({ properties }) => properties.FunctionName.Ref === FUNCTION,
    );
    expect(config?.properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(config?.properties.DestinationConfig).toEqual({});
  });

  test('can change nothing of a task: it may pass on no role', () => {
    const actions = statementsOf('dev', 'ScaleServiceRole').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(iam|ecr|kms):/.test(action))).toEqual([]);
    const [grant, list] = resolved('dev', 'SetTaskCountPolicy').PolicyDocument.Statement;
    expect(grant.Action).toBe('ecs:UpdateService');
    expect(grant.Resource).toMatch(/:service\/Cluster\/WorkerService$/);
    expect(list.Action).toBe('ecs:ListTasks');
    for (const { Condition } of [grant, list]) expect(Condition.ArnEquals['ecs:cluster']).toMatch(/Cluster/);
  });
});

describe('what calls it', () => {
  test('a schedule every minute', () => {
    const { ScheduleExpression, Target } = resolved('dev', 'ScaleSchedule');
    expect(ScheduleExpression).toBe('rate(1 minute)');
    expect(Target.Arn).toContain(FUNCTION);
    const input = Target.Input.replace('<aws.scheduler.scheduled-time>', '2026-11-21T10:00:00Z');
    expect(scaleEventSchema.parse(JSON.parse(input))).toEqual({ kind: 'tick' });
  });

  test('every object that goes to the job queue, by a rule that it can switch', () => {
    const { EventPattern, Targets, Name, State } = resolved('dev', 'WakeRule');
    expect(EventPattern).toEqual(resolved('dev', 'SmallObjectRule').EventPattern);
    expect(Targets).toHaveLength(1);
    expect(Targets[0].Arn).toContain(FUNCTION);
    expect(State).toBe('ENABLED');
    expect(environmentOf('dev', FUNCTION).WAKE_RULE).toBe(Name);
    const rule = statementsOf('dev', 'ScaleServiceRole').find(({ Action }) => Action.includes('events:EnableRule'));
    expect(rule?.Resource).toMatch(new RegExp(`:rule/${Name}$`));
    const event = JSON.parse(readFileSync('functions/events/scale-upload.json', 'utf8'));
    expect(scaleEventSchema.parse(event)).toEqual({ kind: 'wake' });
  });

  test('a name of 64 characters at most', () => {
    // The longest stage that `npm run deploy` takes has twenty.
    expect(`slipway-${'x'.repeat(20)}-wake`.length).toBeLessThanOrEqual(64);
  });
});

test('the metric is of the very line that a step writes', () => {
  const { FilterPattern, MetricTransformations } = raw('dev', 'JobsPerSecondFilter');
  expect(FilterPattern).toBe(`{ $.message = "${STEP_LINE}" }`);
  expect(MetricTransformations[0].MetricValue).toBe('$.jobsPerSecond');
});

test('a scaler that fails, is throttled, is not called, or not woken is told of', () => {
  for (const profile of ['dev', 'steps'] as const) {
    for (const alarm of [
      'ScaleServiceErrorsAlarm',
      'ScaleServiceThrottlesAlarm',
      'SilentScalerAlarm',
      'WakeDeliveriesAlarm',
      'ScaleScheduleErrorsAlarm',
    ]) {
      expect(raw(profile, alarm).AlarmActions, alarm).toEqual([{ Ref: 'AlertTopic' }]);
    }
  }
});
