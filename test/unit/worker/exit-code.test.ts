import { expect, it } from 'vitest';
import { SlipwayError } from '../../../core/errors.ts';
import type { Outcome } from '../../../core/outcome.ts';
import type { JobEnd } from '../../../worker/job-ports.ts';
import { ProcessorError } from '../../../worker/processor-error.ts';
import { draining } from '../../../worker/stop-reason.ts';
import { exitCodeOf } from '../../../worker/task.ts';

const settled = (status: Outcome['status']): JobEnd => ({ kind: 'settled', outcome: { status } as Outcome });
const retry = (error: unknown): JobEnd => ({ kind: 'retry', error });

it.each<[what: string, end: JobEnd, code: number]>([
  ['a complete job', settled('complete'), 0],
  ['a job whose object is gone', settled('gone'), 0],
  ['a failed job', settled('failed'), 65],
  ['S3 that does not answer', retry(new Error('SlowDown')), 69],
  ['a record of a format to come', retry(new SlipwayError('unknown-record', '…', { retryable: true })), 69],
  ['a processor that ran out of memory', retry(new ProcessorError('out-of-memory', '…')), 71],
  ['a processor that was killed', retry(new ProcessorError('processor-killed', '…')), 71],
  ['a processor that failed', retry(new ProcessorError('processor-failed', '…')), 75],
  ['an object that may not be read', retry(new SlipwayError('access-denied', '…', { retryable: true })), 75],
  ['a task that was told to stop', { kind: 'stopped', reason: draining() }, 75],
])('%s ends its task with its own exit code', (_, end, code) => {
  expect(exitCodeOf(end)).toBe(code);
});
