import { expect, it } from 'vitest';
import { isOverdue } from '../../../core/overdue.ts';

const MINUTE = 60_000;
const now = Date.parse('2026-03-01T12:00:00Z');
const task = (minutes: number, bytes = 0) => ({ startedAt: now - minutes * MINUTE, bytes });

it('a task has its deadline, half an hour, and the time of a slow download', () => {
  expect(isOverdue(task(40), now, 10 * MINUTE)).toBe(false);
  expect(isOverdue(task(40.1), now, 10 * MINUTE)).toBe(true);
  // 3 GB at 5 MB/s: ten minutes more.
  expect(isOverdue(task(49.9, 3_000_000_000), now, 10 * MINUTE)).toBe(false);
  expect(isOverdue(task(50.1, 3_000_000_000), now, 10 * MINUTE)).toBe(true);
});

it('a task that ECS gives no date is never stopped', () => {
  expect(isOverdue({ startedAt: Number.POSITIVE_INFINITY, bytes: 0 }, now, MINUTE)).toBe(false);
});
