import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileTemplate } from '../../infra/local/compile-template.ts';
import { parseStageParameters, templateValues } from '../../infra/stage-parameters.ts';

const VALID = {
  largeObjectBytes: 33_554_432,
  maxObjectBytes: '5368709120',
  sweepSchedule: 'cron(0 3 * * ? *)',
  scheduleTimeZone: 'Europe/Berlin',
  alertEmail: '',
  minTasks: 0,
  maxTasks: '4',
  taskCpu: 1024,
  taskMemory: 2048,
  onDemandWeight: 0,
  spotWeight: 1,
  imageTag: '0.1.0',
  thumbPixels: 256,
  previewPixels: 1024,
  maxPixels: 100_000_000,
  jobDeadlineSeconds: 900,
  maxAttempts: 3,
  visibilitySeconds: 120,
  logRetentionDays: 7,
  logLevel: 'INFO',
};

test('numbers may come as text, as --param gives them', () => {
  expect(parseStageParameters(VALID)).toMatchObject({ maxObjectBytes: 5_368_709_120, maxTasks: 4 });
});

test.each([
  [{ maxTasks: 'many' }, 'Stage parameter maxTasks is "many"; expected a whole number from 1 to 5000.'],
  [{ maxTasks: -1 }, 'Stage parameter maxTasks is -1; expected a whole number from 1 to 5000.'],
  [{ minTasks: 5 }, 'Stage parameter maxTasks is "4"; expected a number that is not below minTasks.'],
  [{ taskMemory: 1024 }, 'Stage parameter taskMemory is 1024; expected MiB that Fargate offers together with taskCpu.'],
  [{ alertEmail: 'me' }, 'Stage parameter alertEmail is "me"; expected an e-mail address, or nothing.'],
  [{ spotWeight: 0 }, 'Stage parameter spotWeight is 0; expected more than 0, as onDemandWeight is 0.'],
  [{ scheduleTimeZone: 'Mars' }, 'Stage parameter scheduleTimeZone is "Mars"; expected an IANA time zone'],
  [{ sweepSchedule: '1 hour' }, 'Stage parameter sweepSchedule is "1 hour"; expected rate(VALUE UNIT) or cron(…)'],
  [{ imageTag: 'sha256:12' }, 'Stage parameter imageTag is "sha256:12"; expected a tag, or a digest sha256:…'],
  [{ visibilitySeconds: 20 }, 'Stage parameter visibilitySeconds is 20; expected a whole number from 30 to 3600.'],
  [{ logRetentionDays: 8 }, 'Stage parameter logRetentionDays is 8; expected one of 1, 3, 5, 7,'],
  [{ logLevel: undefined }, 'Stage parameter logLevel is not set; expected one of DEBUG, INFO, WARN, ERROR.'],
  [{ imageTag: undefined }, 'Stage parameter imageTag is not set; expected a tag, or a digest sha256:….'],
  [{ taskCpu: '1e3' }, 'Stage parameter taskCpu is "1e3"; expected a whole number from 256 to 16384.'],
])('%j is refused in one sentence', (wrong, sentence) => {
  const values = { ...VALID, ...wrong };
  expect(() => parseStageParameters(values)).toThrow(sentence);
});

test('a task has one slot more than CPUs, and its memory is shared among them', () => {
  const values = (size: object) => templateValues(parseStageParameters({ ...VALID, ...size }));
  expect(values({})).toMatchObject({ slots: 2, serviceProcessorMemory: 896, jobProcessorMemory: 1792 });
  expect(values({ taskCpu: 4096, taskMemory: 8192 })).toMatchObject({ slots: 5, serviceProcessorMemory: 1587 });
  expect(values({ taskCpu: 256, taskMemory: 512 })).toMatchObject({ slots: 1, serviceProcessorMemory: 256 });
});

test.each([
  ['maxTasks=many', 'Stage parameter maxTasks is "many"'],
  ['maxTask=3', '--param maxTask: there is no such stage parameter'],
])('serverless package refuses --param %s', async (parameter, sentence) => {
  const packageDirectory = await mkdtemp(join(tmpdir(), 'slipway-refused-'));
  try {
    const serviceDirectory = fileURLToPath(new URL('../..', import.meta.url));
    const compiled = compileTemplate({ serviceDirectory, packageDirectory, arguments: ['--param', parameter] });
    const error = await compiled.then(
      () => undefined,
      (refusal: Error) => refusal,
    );
    expect(error?.message).toContain(sentence);
    expect(error?.message).not.toMatch(/^\s+at /m);
  } finally {
    await rm(packageDirectory, { recursive: true, force: true });
  }
});
