import { describe, expect, it } from 'vitest';
import { decide, type ScalingMemory } from '../../../core/scaling/decide.ts';
import { NOW, RULE, readingAt, situation } from './situations.ts';

/** Ticks every ten seconds with the same reading; gives the desired count after each. */
function goOn(seconds: number, visible: number, inFlight: number, desired: number, memory?: ScalingMemory) {
  const counts: number[] = [];
  let count = desired;
  let known = memory;
  for (let second = 0; second <= seconds; second += 10) {
    const decision = decide(RULE, known, readingAt(second, visible, inFlight), situation({ desired: count }));
    count = decision.tasks;
    known = decision.memory;
    counts.push(count);
  }
  return { counts, memory: known };
}

describe('out', () => {
  it.each([
    ['nothing to do', 0, 0, 0, 0],
    ['a single message wakes the service', 1, 0, 0, 1],
    ['a backlog that one task works off in time', 60, 0, 0, 1],
    ['a little more than that is within what counts are off', 62, 0, 0, 1],
    ['more than that', 70, 0, 0, 2],
    ['a burst', 3000, 0, 0, 50],
    ['busy slots and backlog together', 120, 8, 4, 6],
    ['busy slots alone are what there is', 0, 8, 4, 4],
    ['the most that is allowed', 100_000, 0, 3, 50],
  ])('%s: %d waiting, %d at work, %d tasks', (_what, visible, inFlight, desired, expected) => {
    expect(decide(RULE, undefined, readingAt(0, visible, inFlight), situation({ desired })).tasks).toBe(expected);
  });

  it('is at once, whatever was before', () => {
    const { memory } = goOn(120, 0, 2, 1);
    expect(decide(RULE, memory, readingAt(130, 1200, 2), situation({ desired: 1 })).tasks).toBe(21);
  });

  it('does not take messages for work that are hidden until their next try', () => {
    const waiting = readingAt(0, 0, 100);
    expect(decide(RULE, undefined, waiting, situation({ desired: 2, running: 2 })).tasks).toBe(2);
    expect(decide(RULE, undefined, waiting, situation({ desired: 2 })).tasks).toBe(50);
  });

  it('guesses half a second a job where the rate makes no sense', () => {
    for (const jobsPerSecond of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decide(RULE, undefined, readingAt(0, 600), situation({ jobsPerSecond })).tasks).toBe(10);
    }
  });
});

describe('in', () => {
  it('waits until tasks were not needed for the hold', () => {
    const { memory } = goOn(60, 600, 4, 2);
    const after = [10, 20, 30, 40, 50, 60, 70].reduce(
      (state, second) => {
        const decision = decide(
          RULE,
          state.memory,
          readingAt(60 + second, 0, 4),
          situation({ desired: state.desired }),
        );
        return { desired: decision.tasks, memory: decision.memory, counts: [...state.counts, decision.tasks] };
      },
      { desired: 12, memory, counts: [] as number[] },
    );
    expect(after.counts).toEqual([12, 12, 12, 12, 12, 12, 3]);
  });

  it('leaves a quarter of the slots free', () => {
    expect(goOn(120, 0, 9, 20).counts.at(-1)).toBe(6);
  });

  it('keeps the last task through the idle time, and not longer', () => {
    const { memory } = goOn(10, 0, 1, 1);
    const countAt = (second: number) => decide(RULE, memory, readingAt(second, 0), situation({ desired: 1 })).tasks;
    expect(countAt(309)).toBe(1);
    expect(countAt(310)).toBe(0);
  });

  it('never goes to zero while something is hidden', () => {
    expect(goOn(3600, 0, 1, 1).counts.every((count) => count === 1)).toBe(true);
  });

  it('gives a service that nobody has watched yet its whole idle time', () => {
    const { counts } = goOn(310, 0, 0, 3);
    expect(counts.slice(0, 30).every((count) => count >= 1)).toBe(true);
    expect(counts.at(-1)).toBe(0);
  });
});

describe('the bounds', () => {
  it('are those of the moment, so that scheduled actions work', () => {
    const { memory } = goOn(60, 0, 0, 0);
    expect(decide(RULE, memory, readingAt(70, 0), situation({ minTasks: 5 })).tasks).toBe(5);
    expect(decide(RULE, memory, readingAt(70, 3000), situation({ desired: 9, maxTasks: 4 })).tasks).toBe(4);
  });

  it('keep what they say when they make no sense', () => {
    expect(decide(RULE, undefined, readingAt(0, 10), situation({ minTasks: 8, maxTasks: 2 })).tasks).toBe(8);
    expect(decide(RULE, undefined, readingAt(0, 10), situation({ maxTasks: Number.NaN })).tasks).toBe(0);
  });
});

it('changes nothing, and forgets nothing, for a reading that makes no sense', () => {
  const { memory } = goOn(60, 600, 4, 2);
  for (const reading of [readingAt(70, Number.NaN), readingAt(70, -1), { ...readingAt(70, 0), at: Number.NaN }]) {
    const decision = decide(RULE, memory, reading, situation({ desired: 12 }));
    expect(decision).toMatchObject({ tasks: 12, memory, respond: undefined });
    expect(decision.reason).toMatch(/nothing changes/);
  }
});

it('survives a clock that was set back', () => {
  const { memory } = goOn(600, 0, 8, 6);
  const decision = decide(RULE, memory, { ...readingAt(0, 0, 8), at: NOW - 86_400_000 }, situation({ desired: 6 }));
  expect(decision.tasks).toBe(6);
  expect(Math.max(...decision.memory.wishes.map(([at]) => at))).toBe(NOW - 86_400_000);
});

it('who remembers nothing wakes a service at zero for what is there', () => {
  const wake = (visible: number) => decide(RULE, undefined, readingAt(0, visible), situation()).tasks;
  expect([0, 1, 600].map(wake)).toEqual([0, 1, 10]);
});

describe('the next look', () => {
  it.each([
    ['soon while messages wait', 5, 1, 1, 1],
    ['in a while when all is at work', 10, 0, 2, 1],
    ['in a while as long as there is a task that may go', 10, 0, 0, 1],
    ['in a minute when the service sleeps', 60, 0, 0, 0],
  ])('is %s', (_when, seconds, visible, inFlight, desired) => {
    const decision = decide(RULE, undefined, readingAt(0, visible, inFlight), situation({ desired }));
    expect(decision.lookAgainSeconds).toBe(seconds);
  });
});

describe('the reason', () => {
  const reasonOf = (visible: number, inFlight: number, desired: number, changes = {}) =>
    decide(RULE, undefined, readingAt(0, visible, inFlight), situation({ desired, ...changes })).reason;

  it('tells of backlog, rate and target', () => {
    expect(reasonOf(3000, 0, 0)).toBe(
      '3,000 waiting at 4 a second and task, to be begun within 15 s, 0 at work: 50 tasks.',
    );
  });

  it('names the bound that holds', () => {
    expect(reasonOf(30_000, 0, 0)).toMatch(/: 50 tasks, the most allowed \(500 wanted\)\.$/);
    expect(reasonOf(0, 0, 0, { minTasks: 2 })).toMatch(/: 2 tasks, the least allowed\.$/);
  });

  it('tells why tasks stay, and why they go', () => {
    const { memory } = goOn(60, 600, 4, 2);
    expect(decide(RULE, memory, readingAt(70, 0, 4), situation({ desired: 12 })).reason).toBe(
      '4 at work: 12 tasks stay, needed within the last 60 s.',
    );
    expect(decide(RULE, memory, readingAt(140, 0, 4), situation({ desired: 12 })).reason).toBe(
      '4 at work: 3 tasks were enough for 60 s.',
    );
    expect(decide(RULE, memory, readingAt(500, 0, 0), situation({ desired: 1 })).reason).toBe(
      'Nothing to do for 300 s: 0 tasks.',
    );
  });
});
