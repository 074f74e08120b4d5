import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LaunchedJob } from '../../../core/launch.ts';
import { decideStop, MAX_LOSSES } from '../../../core/stop-policy.ts';
import { isFargateSize, type TaskSize } from '../../../core/task-size.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { LARGE_JOB, launchedDetail, taskEvent } from '../../support/task-stops.ts';

const MAX_ATTEMPTS = 3;

const stopCodes = fc.constantFrom(
  'EssentialContainerExited',
  'SpotInterruption',
  'TerminationNotice',
  'InfrastructureHealth',
  'TaskFailedToStart',
);
const reasons = fc.constantFrom('', 'Capacity is unavailable at this time.', 'OutOfMemoryError: Container killed');
const stops = fc.record({
  stopCode: stopCodes,
  reason: reasons,
  exitCode: fc.constantFrom(1, 71, 75, 137, 139, 255),
});

it('ends every job that only ever fails, within the bounds, whatever it fails of', () => {
  fc.assert(
    fc.property(fc.array(stops, { minLength: 20, maxLength: 20 }), (ways) => {
      let launch: LaunchedJob = { job: LARGE_JOB, attempt: 1 };
      let size: TaskSize = { cpu: 1024, memory: 2048 };
      let tasks = 0;
      for (const { stopCode, reason, exitCode } of ways) {
        tasks += 1;
        const detail = { ...launchedDetail(launch), stopCode, stoppedReason: reason };
        const event = taskEvent({ ...detail, cpu: `${size.cpu}`, memory: `${size.memory}` }, { exitCode, reason });
        const { retry, outcome } = decideStop(taskStateChangeSchema.parse(event), { maxAttempts: MAX_ATTEMPTS });
        // Exactly one of the two follows from a failure.
        expect([retry, outcome].filter((next) => next !== undefined)).toHaveLength(1);
        if (retry === undefined) break;
        launch = retry.launch;
        size = retry.size ?? size;
        expect(launch.attempt).toBeLessThanOrEqual(MAX_ATTEMPTS);
        expect(isFargateSize(size)).toBe(true);
      }
      expect(tasks).toBeLessThanOrEqual(MAX_ATTEMPTS + MAX_LOSSES);
    }),
  );
});

it('bears any event: it is refused as a whole, or decided', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (detail, whole) => {
      for (const event of [taskEvent(detail), whole]) {
        const parsed = taskStateChangeSchema.safeParse(event);
        if (parsed.success) decideStop(parsed.data, { maxAttempts: MAX_ATTEMPTS });
      }
    }),
  );
});
