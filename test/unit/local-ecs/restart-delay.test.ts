import { describe, expect, it } from 'vitest';
import { failedToRun, failedToStart, restartDelayMs } from '../../../infra/local/ecs/restart-delay.ts';
import type { Task } from '../../../infra/local/ecs/task.ts';
import { task } from './records.ts';

describe('the wait before the next task of a service', () => {
  it('is nothing after one failure, then doubles to 27 minutes', () => {
    expect([0, 1, 2, 3, 4].map(restartDelayMs)).toEqual([0, 0, 1_000, 2_000, 4_000]);
    expect(restartDelayMs(50)).toBe(27 * 60_000);
  });

  const ended = (stopCode: Task['stopCode'], exitCode: number | undefined, ranMs: number, reason?: string): Task =>
    task({
      lastStatus: 'STOPPED',
      ...(stopCode === undefined ? {} : { stopCode }),
      times: { createdAt: 0, startedAt: 1_000, executionStoppedAt: 1_000 + ranMs },
      containers: [
        {
          containerArn: '',
          name: 'worker',
          image: '',
          runtimeId: '',
          cpu: '0',
          lastStatus: 'STOPPED',
          ...(exitCode === undefined ? {} : { exitCode }),
          ...(reason === undefined ? {} : { reason }),
        },
      ],
    });

  it.each([
    ['that never started', ended('TaskFailedToStart', undefined, 0), true, true],
    ['that failed at once', ended('EssentialContainerExited', 1, 500), true, true],
    ['that was killed for its memory', ended('EssentialContainerExited', 137, 500, 'OutOfMemoryError: …'), true, false],
    ['that somebody killed', ended('EssentialContainerExited', 137, 500), false, false],
    ['that failed after it had run well', ended('EssentialContainerExited', 1, 10_000), false, false],
    ['that ended well at once', ended('EssentialContainerExited', 0, 500), false, false],
    ['that scaling ended', ended('ServiceSchedulerInitiated', 143, 500), false, false],
    ['that runs', task({}), false, false],
  ])('counts a task %s: %s, and against its roll-out: %s', (_what, each, paces, breaks) => {
    expect(failedToRun(each)).toBe(paces);
    expect(failedToStart(each)).toBe(breaks);
  });
});
