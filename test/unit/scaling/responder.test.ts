import { describe, expect, it } from 'vitest';
import { decide, type ScalingMemory } from '../../../core/scaling/decide.ts';
import { RULE, readingAt, situation } from './situations.ts';

/** Twenty functions of two jobs a second each: 2,400 jobs within the latency target of a minute. */
const WITH = { ...RULE, responderSlots: 20 };

describe('a sleeping service with a first responder', () => {
  it.each([
    ['leaves it what it does in time', 2400, 0],
    ['starts tasks for what is beyond that', 2400 + 600, 10],
  ])('%s: %d messages', (_what, visible, expected) => {
    const decision = decide(WITH, undefined, readingAt(0, visible), situation({ running: 0 }));
    expect(decision).toMatchObject({ tasks: expected, respond: true });
  });

  /** What it has in hand at each ten seconds; gives the tasks after the last. */
  function tasksAfter(hands: readonly number[]): number {
    let memory: ScalingMemory | undefined;
    let tasks = 0;
    for (const [index, inFlight] of hands.entries()) {
      const decision = decide(
        WITH,
        memory,
        readingAt(10 * index, 0, inFlight),
        situation({ desired: tasks, running: 0 }),
      );
      ({ tasks, memory } = decision);
    }
    return tasks;
  }

  it('starts none for a wave that is over soon', () => {
    expect(tasksAfter([0, 20, 20, 20, 0, 0, 0])).toBe(0);
  });

  it('starts tasks for work that has lasted a minute', () => {
    expect(tasksAfter([0, 6, 6, 6, 6, 6])).toBe(0);
    expect(tasksAfter([0, 6, 6, 6, 6, 6, 6])).toBe(3);
  });

  it('does not take rare messages for work that lasts, however seldom it looks', () => {
    let memory: ScalingMemory | undefined;
    for (let minute = 0; minute < 30; minute++) {
      const decision = decide(WITH, memory, readingAt(60 * minute, 0, 1), situation({ running: 0 }));
      expect(decision.tasks).toBe(0);
      memory = decision.memory;
    }
  });
});

describe('the first responder takes messages', () => {
  it.each([
    ['while no task runs', 0, 0, 0, true],
    ['not while tasks do all', 3, 0, 4, false],
    ['not for a backlog that tasks work off in time', 3, 180, 6, false],
    ['when the backlog is out of the tasks’ reach', 3, 181, 6, true],
    ['as long as it has jobs that no task has room for', 3, 0, 7, true],
  ])('%s: %d tasks, %d waiting, %d in flight', (_when, running, visible, inFlight, expected) => {
    const decision = decide(WITH, undefined, readingAt(0, visible, inFlight), situation({ desired: 3, running }));
    expect(decision.respond).toBe(expected);
  });

  it('never where there is none', () => {
    expect(decide(RULE, undefined, readingAt(0, 5000), situation({ running: 0 })).respond).toBe(false);
  });
});
