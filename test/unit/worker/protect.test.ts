import { expect, it } from 'vitest';
import { createProtector } from '../../../worker/protect.ts';
import { settlePromises, virtualClock } from '../../support/virtual-clock.ts';

function setUp(answer: () => Promise<string | undefined> = async () => undefined) {
  const clock = virtualClock();
  const calls: string[] = [];
  const warnings: object[] = [];
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, error: silent, warn: (details: object) => void warnings.push(details) };
  const protection = {
    protect: (minutes: number) => {
      calls.push(`protect ${minutes}`);
      return answer();
    },
    release: () => {
      calls.push('release');
      return answer();
    },
  };
  return { clock, calls, warnings, protector: createProtector(protection, { clock, logger, minutes: 11 }) };
}

it('asks once when work begins and once when it has ended for a while', async () => {
  const { clock, calls, protector } = setUp();
  protector.busy();
  protector.busy();
  protector.idle();
  expect(calls).toEqual(['protect 11']);
  await clock.advance(10_000);
  expect(calls).toEqual(['protect 11', 'release']);
});

it('does not let go between two jobs', async () => {
  const { clock, calls, protector } = setUp();
  for (let job = 0; job < 5; job += 1) {
    protector.busy();
    await clock.advance(1_000);
    protector.idle();
    await clock.advance(1_000);
  }
  expect(calls).toEqual(['protect 11']);
});

it('asks again after a release that was overtaken by work', async () => {
  const pending: (() => void)[] = [];
  const { clock, calls, protector } = setUp(() => new Promise((resolve) => pending.push(() => resolve(undefined))));
  protector.busy();
  await settlePromises();
  protector.idle();
  await clock.advance(5_000);
  protector.busy();
  for (const resolve of pending) resolve();
  await settlePromises();
  expect(calls).toEqual(['protect 11']);
});

it('survives a refusal, and says it once', async () => {
  const { clock, calls, warnings, protector } = setUp(async () => 'TASK_NOT_VALID');
  protector.busy();
  await clock.advance(1);
  expect(warnings).toEqual([{ refusal: 'TASK_NOT_VALID', protect: true }]);
  protector.idle();
  await clock.advance(10_000);
  expect(calls).toEqual(['protect 11', 'release']);
});
