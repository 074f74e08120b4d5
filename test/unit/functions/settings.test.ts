import { expect, it } from 'vitest';
import { onObjectCreatedSettings, onScheduleSettings, onTaskStoppedSettings } from '../../../aws/settings.ts';

const COMMON = { STAGE: 'dev', CLUSTER: 'main', ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:1:alerts' };
const NETWORK = { SUBNETS: 'subnet-1,subnet-2', SECURITY_GROUPS: 'sg-1', ASSIGN_PUBLIC_IP: 'ENABLED' };
const JOB = {
  RESULTS_BUCKET: 'results',
  TASK_DEFINITION: 'arn:aws:ecs:us-east-1:1:task-definition/job:7',
  LAUNCH_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/q',
};
const SIZE = { INBOX_BUCKET: 'inbox', SMALLEST_CPU: '1024', SMALLEST_MEMORY: '2048' };

it('reads what each function needs', () => {
  expect(onObjectCreatedSettings({ ...COMMON, ...NETWORK, ...JOB, ...SIZE })).toMatchObject({
    SUBNETS: ['subnet-1', 'subnet-2'],
    SMALLEST_MEMORY: 2048,
    LOG_LEVEL: 'INFO',
  });
  expect(onScheduleSettings({ ...COMMON, ...NETWORK, SWEEP_TASK_DEFINITION: JOB.TASK_DEFINITION }).STAGE).toBe('dev');
  const retries = { LAUNCH_QUEUE_URL: 'http://127.0.0.1:1/launches' };
  expect(onTaskStoppedSettings({ ...COMMON, ...NETWORK, ...JOB, ...retries }).MAX_ATTEMPTS).toBe(3);
});

it('reports everything that is missing or wrong at once', () => {
  const environment = { ...COMMON, ...JOB, SUBNETS: 'a,,b', ASSIGN_PUBLIC_IP: 'yes', ALERT_TOPIC_ARN: 'alerts' };
  expect(() => onTaskStoppedSettings(environment)).toThrow(
    /ALERT_TOPIC_ARN: expected an ARN, got "alerts".*SUBNETS: .*ASSIGN_PUBLIC_IP.*LAUNCH_QUEUE_URL is missing/,
  );
});

it('wants all of the network, or none of it and a launch type that has none', () => {
  const sweep = { ...COMMON, SWEEP_TASK_DEFINITION: JOB.TASK_DEFINITION };
  expect(() => onScheduleSettings({ ...sweep, SUBNETS: 'subnet-1' })).toThrow(
    /SECURITY_GROUPS is missing; ASSIGN_PUBLIC_IP is missing/,
  );
  expect(() => onScheduleSettings(sweep)).toThrow(/SUBNETS is missing/);
  expect(() => onScheduleSettings({ ...sweep, LAUNCH_TYPE: 'EXTERNAL', SUBNETS: 'subnet-1' })).toThrow('is missing');
  expect(onScheduleSettings({ ...sweep, LAUNCH_TYPE: 'EXTERNAL', SUBNETS: '' })).toMatchObject({
    LAUNCH_TYPE: 'EXTERNAL',
    SUBNETS: undefined,
  });
});

it('refuses a smallest size that Fargate does not offer', () => {
  expect(() =>
    onObjectCreatedSettings({ ...COMMON, ...NETWORK, ...JOB, ...SIZE, SMALLEST_CPU: '256', SMALLEST_MEMORY: '8192' }),
  ).toThrow('SMALLEST_MEMORY: expected a size that Fargate offers');
});
