import { describe, expect, it } from 'vitest';
import { judgeMissing } from '../../../core/requeue-rule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const facts = { graceMs: 10 * MINUTE, sinceLastSweepMs: HOUR, queueEmpty: false };

describe('a version without an outcome', () => {
  it('is left to its event while it is young, even when the queue is empty', () => {
    expect(judgeMissing({ ...facts, ageMs: 10 * MINUTE - 1, queueEmpty: true })).toBe('young');
  });

  it('is lost when its queue has no message at all', () => {
    expect(judgeMissing({ ...facts, ageMs: 10 * MINUTE, queueEmpty: true })).toBe('lost');
    expect(judgeMissing({ ...facts, ageMs: 90 * HOUR, sinceLastSweepMs: 1, queueEmpty: true })).toBe('lost');
  });

  it('is put back by the first sweep after its grace, whatever waits in the queue', () => {
    for (let ageMs = 10 * MINUTE; ageMs < 70 * MINUTE; ageMs += MINUTE) {
      expect(judgeMissing({ ...facts, ageMs })).toBe('due');
    }
  });

  it('waits in a backlog until its age has doubled', () => {
    // Turns are at 10, 20, 40, 80, 160 … minutes.
    const at = (minutes: number) => judgeMissing({ ...facts, ageMs: minutes * MINUTE, sinceLastSweepMs: 15 * MINUTE });
    expect([39, 40, 54, 55, 70, 79, 80, 94, 95, 159, 160].map(at)).toEqual([
      'waiting',
      'due',
      'due',
      'waiting',
      'waiting',
      'waiting',
      'due',
      'due',
      'waiting',
      'waiting',
      'due',
    ]);
  });

  it('is put back at most ten times in the four days that a message lives, however often the sweep runs', () => {
    for (const period of [MINUTE, 7 * MINUTE, HOUR, 5 * HOUR]) {
      let turns = 0;
      for (let ageMs = 0; ageMs <= 96 * HOUR; ageMs += period) {
        if (judgeMissing({ ...facts, ageMs, sinceLastSweepMs: period }) === 'due') turns += 1;
      }
      expect(turns, String(period)).toBeLessThanOrEqual(10);
      expect(turns, String(period)).toBeGreaterThanOrEqual(5);
    }
  });

  it('is put back after sweeps that were missed or broke off', () => {
    expect(judgeMissing({ ...facts, ageMs: 79 * MINUTE, sinceLastSweepMs: Number.POSITIVE_INFINITY })).toBe('due');
  });
});
