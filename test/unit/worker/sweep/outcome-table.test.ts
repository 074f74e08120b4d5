import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../../../core/job.ts';
import { createOutcomeTable } from '../../../../worker/sweep/outcome-table.ts';

const idOf = (number: number) => createHash('sha256').update(String(number)).digest('hex') as JobId;
const SECOND = 1_000;

describe('the table of outcomes', () => {
  it('knows every id that was put in and no other, also after growing', () => {
    const table = createOutcomeTable(4);
    for (let number = 0; number < 5_000; number += 1) table.add(idOf(number), 100 * SECOND);
    for (let number = 0; number < 5_000; number += 1) expect(table.has(idOf(number))).toBe(true);
    for (let number = 5_000; number < 10_000; number += 1) expect(table.has(idOf(number))).toBe(false);
    expect(table.size).toBe(5_000);
  });

  it('tells apart ids that begin alike', () => {
    const table = createOutcomeTable();
    const [one, two] = [`${'0'.repeat(63)}1`, `${'0'.repeat(63)}2`] as [JobId, JobId];
    table.add(one, SECOND);
    expect([table.has(one), table.has(two)]).toEqual([true, false]);
  });

  it('counts an id once that a listing gives twice', () => {
    const table = createOutcomeTable();
    table.add(idOf(1), SECOND);
    table.add(idOf(1), SECOND);
    expect(table.size).toBe(1);
  });

  it('names the outcomes that the timeline lacks, and those of which it has an earlier one only', () => {
    const table = createOutcomeTable(4);
    const [done, absent, redriven, young] = [1, 2, 3, 4].map(idOf) as [JobId, JobId, JobId, JobId];
    for (const jobId of [done, absent, redriven]) table.add(jobId, 1_000 * SECOND);
    table.add(young, 2_000 * SECOND);
    table.entered(done, 995 * SECOND);
    table.entered(done, 10 * SECOND);
    table.entered(redriven, 500 * SECOND);
    table.entered(idOf(5), 500 * SECOND);
    for (let number = 100; number < 200; number += 1) {
      table.add(idOf(number), 1_000 * SECOND);
      table.entered(idOf(number), 1_000 * SECOND);
    }
    expect([...table.unfinished(2_000 * SECOND)].toSorted()).toEqual([absent, redriven].toSorted());
  });
});
