import { expect, it } from 'vitest';
import { createSoloGate } from '../../../worker/solo-gate.ts';
import { settlePromises } from '../../support/virtual-clock.ts';

const never = new AbortController().signal;

function setUp() {
  const gate = createSoloGate();
  const inside: string[] = [];
  async function enter(name: string, alone: boolean, signal = never) {
    const leave = await gate.enter(alone, signal);
    inside.push(name);
    return () => {
      inside.splice(inside.indexOf(name), 1);
      leave();
    };
  }
  return { gate, inside, enter };
}

it('lets everybody in who does not mind company', async () => {
  const { inside, enter } = setUp();
  await Promise.all([enter('a', false), enter('b', false)]);
  expect(inside).toEqual(['a', 'b']);
});

it('lets a loner in when all have left, and others when it has left', async () => {
  const { gate, inside, enter } = setUp();
  const leaveA = await enter('a', false);
  const loner = enter('loner', true);
  const later = enter('later', false);
  await settlePromises();
  expect(inside).toEqual(['a']);
  expect(gate.closed).toBe(true);
  leaveA();
  const leaveLoner = await loner;
  expect(inside).toEqual(['loner']);
  leaveLoner();
  await later;
  expect(inside).toEqual(['later']);
  expect(gate.closed).toBe(false);
});

it('lets loners in one by one', async () => {
  const { inside, enter } = setUp();
  const first = await enter('1', true);
  const second = enter('2', true);
  await settlePromises();
  expect(inside).toEqual(['1']);
  first();
  await second;
  expect(inside).toEqual(['2']);
});

it('lets those behind a loner in when it gives up', async () => {
  const { gate, inside, enter } = setUp();
  await enter('a', false);
  const abort = new AbortController();
  const loner = enter('loner', true, abort.signal);
  const later = enter('later', false);
  abort.abort(new Error('stop'));
  await expect(loner).rejects.toThrow('stop');
  await later;
  expect(inside).toEqual(['a', 'later']);
  expect(gate.closed).toBe(false);
});

it('counts a leaver once, however often it leaves', async () => {
  const { gate } = setUp();
  const leave = await gate.enter(false, never);
  await gate.enter(false, never);
  leave();
  leave();
  void gate.enter(true, never);
  await settlePromises();
  let admitted = false;
  void gate.enter(false, never).then(() => {
    admitted = true;
  });
  await settlePromises();
  expect(admitted).toBe(false);
});
