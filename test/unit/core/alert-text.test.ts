import { describe, expect, it } from 'vitest';
import { type AlertFacts, launchRefusedAlert, stopAlert, sweepRefusedAlert } from '../../../core/alert-text.ts';
import { alertKey } from '../../../core/alert-window.ts';
import { jobOf } from '../../../core/job.ts';
import { decideStop } from '../../../core/stop-policy.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import {
  EXITED,
  LARGE_JOB,
  launchedDetail,
  SERVICE_DETAIL,
  SWEEP_DETAIL,
  taskEvent,
} from '../../support/task-stops.ts';

const FACTS: AlertFacts = { stage: 'dev', maxAttempts: 3, logGroup: '/slipway/tasks' };

function mail(event: unknown, facts: AlertFacts = FACTS) {
  const state = taskStateChangeSchema.parse(event);
  return stopAlert(state, decideStop(state, { maxAttempts: 3 }), facts);
}

const OOM = { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' };

it('tells of a job that failed: what, why, whose, what now, where its logs are', () => {
  const { subject, body } = mail(
    taskEvent({ ...EXITED, ...launchedDetail({ attempt: 3, losses: 1 }) }, { exitCode: 1 }),
  );
  expect(subject).toBe('[Slipway dev] A job failed: every attempt was used: scans/map 1.tif');
  expect(body).toBe(`A job failed: every attempt was used.

Why:
  All 3 attempts failed. The last: The program ended with exit code 1.

What Slipway does now:
  The job ends as failed (attempts-exhausted) and is not tried again. A copy of its message is in the launch dead-letter queue. Once the cause is mended, redrive that message, or upload the object again.

Job:
  s3://inbox/scans/map 1.tif
  version v1, 50,000,000 bytes
  job ${LARGE_JOB.jobId}

Attempt:
  3 of 3; 1 of at most 5 tasks were lost before and do not count

Task:
  arn:aws:ecs:us-east-1:123456789012:task/main/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01
  stopped 2026-03-01T12:04:31.530Z

ECS says:
  EssentialContainerExited; Essential container in task exited; container: exit code 1

Logs:
  group /slipway/tasks, stream job/worker/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01
  aws logs filter-log-events --region us-east-1 --log-group-name /slipway/tasks --log-stream-names job/worker/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01 --query 'events[].message' --output text
`);
});

describe('says in words why, and what Slipway does now', () => {
  it.each([
    [
      'a first memory kill',
      taskEvent({ ...EXITED, ...launchedDetail() }, OOM),
      'A job ran out of memory',
      'The task used more memory than its 2,048 MiB and was killed.',
      'It runs the job again with 4,096 MiB of memory, as attempt 2 of 3.',
    ],
    [
      'a second memory kill',
      taskEvent({ ...EXITED, ...launchedDetail({ attempt: 2, memoryKills: 1 }) }, OOM),
      'A job failed: it ran out of memory',
      'Twice, with more memory the second time: The task used more memory than its 2,048 MiB and was killed.',
      'The job ends as failed (out-of-memory)',
    ],
    [
      'a start that cannot succeed',
      taskEvent({
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'CannotPullContainerError: no such tag',
        ...launchedDetail(),
      }),
      'A job failed: its task could not start',
      'The task could not start: CannotPullContainerError: no such tag.',
      'The job ends as failed (task-start-failed)',
    ],
    [
      'too many losses',
      taskEvent({ stopCode: 'SpotInterruption', ...launchedDetail({ losses: 5 }) }),
      'A job failed: its tasks were lost too often',
      '6 tasks were lost. The last: AWS took its Spot capacity back.',
      'The job ends as failed (attempts-exhausted)',
    ],
    [
      'a stop code of the future',
      taskEvent({ stopCode: 'MoonPhase', ...launchedDetail() }),
      'A job stopped for an unknown reason',
      'ECS stopped the task with a code that Slipway does not know: MoonPhase.',
      'The sweep will find the object without an outcome and put the job back in its queue.',
    ],
    [
      'a service task that was killed',
      taskEvent({ ...EXITED, ...SERVICE_DETAIL }, { exitCode: 137 }),
      'A service task was killed',
      'The container was killed with SIGKILL (exit code 137); ECS does not name memory as the reason.',
      'ECS replaces the task. The jobs that it held are not lost: they come back to the queue after the visibility timeout',
    ],
    [
      'a service task that crashed by a signal',
      taskEvent({ ...EXITED, ...SERVICE_DETAIL }, { exitCode: 139 }),
      'A service task crashed',
      'The program was ended by SIGSEGV (exit code 139).',
      'ECS replaces the task.',
    ],
    [
      'a service that cannot start',
      taskEvent({ stopCode: 'TaskFailedToStart', stoppedReason: 'ResourceInitializationError: no', ...SERVICE_DETAIL }),
      'A service task could not start',
      'The task could not start: ResourceInitializationError: no.',
      'will not get further until the cause is mended',
    ],
    [
      'a sweep that failed',
      taskEvent({ ...EXITED, ...SWEEP_DETAIL }, { exitCode: 1 }),
      'The sweep crashed',
      'The program ended with exit code 1.',
      'the next scheduled one does the same work',
    ],
    [
      'a task that somebody ran by hand',
      taskEvent({ ...EXITED, startedBy: 'ada' }, { exitCode: 2 }),
      'A task crashed',
      'The program ended with exit code 2.',
      'the task was not launched by Slipway (started by ada)',
    ],
  ])('for %s', (_name, event, headline, why, now) => {
    const { subject, body } = mail(event);
    expect(subject).toContain(headline);
    expect(body.startsWith(`${headline}.\n`)).toBe(true);
    expect(body).toContain(`Why:\n  ${why}`);
    expect(body).toMatch(new RegExp(`What Slipway does now:\\n  .*${now.replaceAll(/[.()[\]]/g, '\\$&')}`));
  });
});

it.each([
  ['service', SERVICE_DETAIL],
  ['sweep', SWEEP_DETAIL],
  ['job', launchedDetail({ attempt: 3 })],
])('points at the stream of a %s', (prefix, detail) => {
  const { body } = mail(taskEvent({ ...EXITED, ...detail }, { exitCode: 1 }));
  expect(body).toContain(`--log-stream-names ${prefix}/worker/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01 `);
});

it('sends nobody to the logs of a program that never ran', () => {
  const event = taskEvent({
    stopCode: 'TaskFailedToStart',
    stoppedReason: 'CannotPullContainerError',
    ...launchedDetail(),
  });
  expect(mail(event).body).toContain('Logs:\n  none: the program never ran\n');
});

it('says how to find the logs where their place is not known', () => {
  const { body } = mail(taskEvent({ ...EXITED, ...SERVICE_DETAIL }, { exitCode: 1 }), { stage: 'dev', maxAttempts: 3 });
  expect(body).toContain('where its task definition sends them, as service/worker/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01');
});

it('names the streams of the log router where one writes them', () => {
  const facts = { ...FACTS, logStream: 'KIND/worker-firelens-TASK' };
  const { body } = mail(taskEvent({ ...EXITED, ...SERVICE_DETAIL }, { exitCode: 1 }), facts);
  expect(body).toContain('--log-stream-names service/worker-firelens-0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01 ');
});

it('quotes what a shell would take apart', () => {
  const facts = { ...FACTS, logGroup: "it's here" };
  const { body } = mail(taskEvent({ ...EXITED, ...SERVICE_DETAIL }, { exitCode: 1 }), facts);
  expect(body).toContain(String.raw`--log-group-name 'it'\''s here'`);
});

it.each([
  ['plain', 'a.tif'],
  ['long', 'x'.repeat(1024)],
  ['of other letters', 'Müllers Ente 🦆.tif'],
  ['with line breaks', 'a\r\nBcc: everyone\n.tif'],
  ['with a mark that turns the line around', 'a\u202efit.exe'],
])('keeps subject and body in order for a key that is %s', (_name, key) => {
  const job = jobOf({ ...LARGE_JOB.source, key });
  const { subject, body } = mail(taskEvent({ ...EXITED, ...launchedDetail({ job, attempt: 3 }) }, { exitCode: 1 }));
  expect(subject).toMatch(/^\[Slipway dev\] A job failed[\x20-\x7e]*$/);
  expect(subject.length).toBeLessThan(100);
  expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(body).not.toMatch(/^Bcc/m);
});

it('tells of a launch that ECS refused', () => {
  const refusal = { code: 'AccessDeniedException', message: 'not authorized to perform: iam:PassRole' };
  const { subject, body } = launchRefusedAlert(LARGE_JOB, refusal, { stage: 'prod' });
  expect(subject).toBe('[Slipway prod] A job failed: its task was refused: scans/map 1.tif');
  expect(body).toContain('AccessDeniedException: not authorized to perform: iam:PassRole.');
  expect(body).toContain('s3://inbox/scans/map 1.tif');
});

it('tells of a sweep that ECS refused, naming its code once', () => {
  const { subject, body } = sweepRefusedAlert(
    'arn:sweep:3',
    { code: 'MISSING', message: 'MISSING' },
    { stage: 'prod' },
  );
  expect(subject).toBe('[Slipway prod] The sweep could not start');
  expect(body).toContain('waiting does not mend that: MISSING.\n');
  expect(body).toContain('arn:sweep:3');
});

it('opens a new window for every quarter of an hour', () => {
  const at = (time: string) => alertKey('job-crash', Date.parse(time));
  expect(at('2026-03-01T12:00:00Z')).toBe('alerts/job-crash/2026-03-01T12-00Z');
  expect(at('2026-03-01T12:14:59.999Z')).toBe(at('2026-03-01T12:00:00Z'));
  expect(at('2026-03-01T12:15:00Z')).toBe('alerts/job-crash/2026-03-01T12-15Z');
});
