import { expect, it } from 'vitest';
import type { ProtectionAnswer } from '../../../aws/task-protection.ts';
import { createProtector } from '../../../worker/protect.ts';
import { settlePromises, virtualClock } from '../../support/virtual-clock.ts';

const GRANTED: ProtectionAnswer = { kind: 'granted' };
const REFUSED: ProtectionAnswer = { kind: 'refused', reason: 'TASK_NOT_VALID' };
const SILENT: ProtectionAnswer = { kind: 'unavailable', reason: 'fetch failed' };

const JOB_MINUTES = 11;
const JOB_MS = JOB_MINUTES * 60_000;

function setUp(answer: () => Promise<ProtectionAnswer> = async () => GRANTED) {
  const clock = virtualClock();
  const calls: string[] = [];
  const warnings: object[] = [];
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, error: silent, warn: (details: object) => void warnings.push(details) };
  const stop = new AbortController();
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
  const options = { clock, random: () => 0.5, logger, jobMinutes: JOB_MINUTES, stop: stop.signal };
  return { clock, calls, warnings, stop, protector: createProtector(protection, options) };
}

it('asks once when work begins and once when it has ended for a while', async () => {
  const { clock, calls, protector } = setUp();
  expect(await Promise.all([protector.busy(), protector.busy()])).toEqual([true, true]);
  protector.idle();
  expect(calls).toEqual(['protect 23']);
  await clock.advance(10_000);
  expect(calls).toEqual(['protect 23', 'release']);
});

it('lets a job begin only after it was granted', async () => {
  let grant = (_: ProtectionAnswer): void => undefined;
  const { protector } = setUp(() => new Promise((resolve) => (grant = resolve)));
  let begun = false;
  const asked = protector.busy().then((granted) => {
    begun = granted;
  });
  await settlePromises();
  expect(begun).toBe(false);
  grant(GRANTED);
  await asked;
  expect(begun).toBe(true);
});

it('does not let go between two jobs', async () => {
  const { clock, calls, protector } = setUp();
  for (let job = 0; job < 5; job += 1) {
    await protector.busy();
    await clock.advance(1_000);
    protector.idle();
    await clock.advance(1_000);
  }
  expect(calls).toEqual(['protect 23']);
});

it('outlives every job of a worker that never rests, at one call per job deadline', async () => {
  const { clock, calls, protector } = setUp();
  const hours = 5;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    await protector.busy();
    await clock.advance(60_000);
  }
  expect(calls.length).toBeLessThanOrEqual((hours * 60) / JOB_MINUTES);
  expect(calls.length).toBeGreaterThanOrEqual((hours * 60) / (JOB_MINUTES + 2));
});

it('asks again, and only then, for work that comes while it is being released', async () => {
  const pending: (() => void)[] = [];
  const { clock, calls, protector } = setUp(() => new Promise((resolve) => pending.push(() => resolve(GRANTED))));
  const first = protector.busy();
  await settlePromises();
  pending.shift()?.();
  await first;
  protector.idle();
  await clock.advance(5_000);
  const second = protector.busy();
  await settlePromises();
  expect(calls).toEqual(['protect 23', 'release']);
  pending.shift()?.();
  await settlePromises();
  expect(calls).toEqual(['protect 23', 'release', 'protect 23']);
  pending.shift()?.();
  expect(await second).toBe(true);
});

it('takes on nothing while ECS refuses, and opens when it grants', async () => {
  let answer: ProtectionAnswer = REFUSED;
  const { clock, calls, warnings, protector } = setUp(async () => answer);
  expect(await protector.busy()).toBe(false);
  expect(protector.closed).toBe(true);
  expect(await protector.busy()).toBe(false);
  expect(warnings).toEqual([{ reason: 'TASK_NOT_VALID' }]);
  await clock.advance(600_000);
  expect(protector.closed).toBe(true);
  // With growing pauses, never more than half a minute.
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.length).toBeLessThan(60);

  answer = GRANTED;
  const opened = protector.opened();
  await clock.advance(30_000);
  await opened;
  expect(protector.closed).toBe(false);
  expect(await protector.busy()).toBe(true);
});

it('lets go again when nothing is left to do once ECS grants', async () => {
  let answer: ProtectionAnswer = REFUSED;
  const { clock, calls, protector } = setUp(async () => answer);
  await protector.busy();
  answer = GRANTED;
  await clock.advance(60_000);
  expect(calls.at(-1)).toBe('release');
});

it('ends its waiting with the task', async () => {
  const { protector, stop } = setUp(async () => REFUSED);
  await protector.busy();
  stop.abort();
  await protector.opened();
  expect(protector.closed).toBe(false);
});

it('works on unprotected where the agent does not answer, and asks again before later work', async () => {
  const { clock, calls, warnings, protector } = setUp(async () => SILENT);
  const first = protector.busy();
  await clock.advance(10_000);
  expect(await first).toBe(true);
  expect(calls).toHaveLength(3);
  expect(warnings).toHaveLength(3);
  expect(await protector.busy()).toBe(true);
  expect(calls).toHaveLength(3);
  await clock.advance(JOB_MS);
  const later = protector.busy();
  await clock.advance(10_000);
  expect(await later).toBe(true);
  expect(calls).toHaveLength(6);
});

it('goes on letting go while the agent fails, until there is work again', async () => {
  let answer: ProtectionAnswer = GRANTED;
  const { clock, calls, protector } = setUp(async () => answer);
  await protector.busy();
  protector.idle();
  answer = SILENT;
  await clock.advance(120_000);
  expect(calls.filter((call) => call === 'release').length).toBeGreaterThan(3);

  answer = GRANTED;
  await clock.advance(30_000);
  expect(calls.at(-1)).toBe('release');
  const released = calls.length;
  await clock.advance(600_000);
  expect(calls).toHaveLength(released);
  expect(await protector.busy()).toBe(true);
  expect(calls.at(-1)).toBe('protect 23');
});

it('stops letting go for work that comes, and asks again for it', async () => {
  let answer: ProtectionAnswer = GRANTED;
  const { clock, calls, protector } = setUp(async () => answer);
  await protector.busy();
  protector.idle();
  answer = SILENT;
  await clock.advance(5_000);
  answer = GRANTED;
  expect(await protector.busy()).toBe(true);
  await clock.advance(120_000);
  expect(calls.at(-1)).toBe('protect 23');
});
