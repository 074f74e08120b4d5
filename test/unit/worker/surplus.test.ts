import { describe, expect, it } from 'vitest';
import type { SurplusRecord } from '../../../core/surplus-record.ts';
import { allOf } from '../../../worker/gate.ts';
import { createSoloGate } from '../../../worker/solo-gate.ts';
import { watchSurplus } from '../../../worker/surplus.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

function setUp() {
  const clock = virtualClock();
  const stopping = new AbortController();
  const state = { atWork: true, broken: false, reads: 0, record: undefined as SurplusRecord | undefined };
  const store = {
    async read() {
      state.reads += 1;
      if (state.broken) throw new Error('S3 is down');
      return state.record;
    },
  };
  const options = { task: 'me', clock, logger, stop: stopping.signal, isAtWork: () => state.atWork };
  const tell = (...tasks: string[]) => {
    state.record = { v: 1, at: clock.now(), tasks };
  };
  return { clock, state, stopping, tell, gate: watchSurplus(store, options) };
}

describe('a task at work', () => {
  it('takes on nothing more once it is told that it is too many, until it is needed again', async () => {
    const { clock, gate, tell } = setUp();
    await clock.advance(60_000);
    expect(gate.closed).toBe(false);
    tell('other', 'me');
    await clock.advance(15_000);
    expect(gate.closed).toBe(true);
    let opened = false;
    void gate.opened().then(() => {
      opened = true;
    });
    tell('other');
    await clock.advance(14_000);
    expect(opened).toBe(false);
    await clock.advance(1_000);
    expect([opened, gate.closed]).toEqual([true, false]);
  });

  it('goes on when the scaler falls silent', async () => {
    const { clock, gate, tell } = setUp();
    tell('me');
    for (let minute = 0; minute < 10; minute += 1) {
      tell('me');
      await clock.advance(60_000);
      expect(gate.closed).toBe(true);
    }
    await clock.advance(135_000);
    expect(gate.closed).toBe(false);
  });

  it('stays as it is for a while when it cannot be told, and goes on then', async () => {
    const { clock, gate, state, tell } = setUp();
    tell('me');
    await clock.advance(15_000);
    state.broken = true;
    await clock.advance(120_000);
    expect(gate.closed).toBe(true);
    await clock.advance(90_000);
    expect(gate.closed).toBe(false);
  });

  it('asks no more after it was told to stop', async () => {
    const { clock, state, stopping } = setUp();
    await clock.advance(15_000);
    stopping.abort();
    await clock.advance(60_000);
    expect(state.reads).toBe(1);
  });
});

it('an idle task does not ask: nobody spares it', async () => {
  const { clock, state } = setUp();
  state.atWork = false;
  await clock.advance(600_000);
  expect(state.reads).toBe(0);
});

it('gates together are open when all of them are', async () => {
  const { clock, gate, tell } = setUp();
  const solo = createSoloGate();
  const both = allOf([solo, gate]);
  const leave = await solo.enter(true, new AbortController().signal);
  tell('me');
  await clock.advance(15_000);
  expect(both.closed).toBe(true);
  let opened = false;
  void both.opened().then(() => {
    opened = true;
  });
  leave();
  await clock.advance(0);
  expect([both.closed, opened]).toEqual([true, false]);
  tell();
  await clock.advance(15_000);
  expect([both.closed, opened]).toEqual([false, true]);
});
