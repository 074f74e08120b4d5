import { describe, expect, it } from 'vitest';
import { serviceSettings, sweepSettings, taskSettings } from '../../../aws/settings.ts';

const worker = { STAGE: 'dev', CLUSTER: 'c', INBOX_BUCKET: 'i', RESULTS_BUCKET: 'r' };
const queues = { JOB_QUEUE_URL: 'http://127.0.0.1:1/q', JOB_DEAD_LETTER_QUEUE_URL: 'https://sqs/dlq' };

describe('the settings of a command', () => {
  it('have defaults where the template may leave them out', () => {
    const settings = serviceSettings({ ...worker, ...queues });
    expect(settings).toMatchObject({ VISIBILITY_SECONDS: 120, SLOTS: 2, DRAIN_SECONDS: 105, MAX_ATTEMPTS: 3 });
    expect(settings).toMatchObject({ THUMB_PIXELS: 256, PREVIEW_PIXELS: 1024, RESULTS_DIRECTORY: '/mnt/results' });
  });

  it('are all named in one sentence when they are missing or wrong', () => {
    const wrong = { ...worker, CLUSTER: '', SLOTS: 'two', VISIBILITY_SECONDS: '0', JOB_QUEUE_URL: 'queue' };
    expect(() => serviceSettings(wrong)).toThrow(
      /CLUSTER is missing; JOB_QUEUE_URL: expected an http or https URL, got "queue"; JOB_DEAD_LETTER_QUEUE_URL is missing/,
    );
    expect(() => serviceSettings(wrong)).toThrow(/SLOTS: expected a whole number, got "two"/);
    expect(() => serviceSettings(wrong)).toThrow(/VISIBILITY_SECONDS: expected a whole number from 1 to 43200, got 0/);
  });

  it('do not ask a command for another one’s', () => {
    const sweep = {
      ...worker,
      ...queues,
      LAUNCH_QUEUE_URL: 'http://x',
      LAUNCH_DEAD_LETTER_QUEUE_URL: 'http://x',
      LARGE_OBJECT_BYTES: '1',
      JOB_TASK_FAMILY: 'job',
      ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
    };
    expect(sweepSettings(sweep)).toMatchObject({ SWEEP_GRACE_SECONDS: 600, JOB_DEADLINE_SECONDS: 600 });
    expect(() => taskSettings({ ...worker, ...queues })).toThrow(
      /JOB is missing.*LAUNCH_DEAD_LETTER_QUEUE_URL is missing/,
    );
  });
});
