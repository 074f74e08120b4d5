import type { DatabaseSync } from 'node:sqlite';

/** How many numbers are reserved at once: a restart skips those that are left. */
const BLOCK = 100_000;

/**
 * Numbers that rise, over restarts too, without a write for each: blocks of them are reserved ahead. The table has one row
 * with one column, `value`; its name is ours, never a caller's input.
 */
export function risingNumbers(database: DatabaseSync, table: string): () => number {
  const reserve = database.prepare(`UPDATE ${table} SET value = value + ${BLOCK} RETURNING value`);
  let next = 0;
  let end = 0;
  let planned = false;

  function extend(): void {
    const reserved = Number(reserve.get()?.value);
    if (next >= end) next = reserved - BLOCK + 1;
    end = reserved + 1;
  }

  // Later rather than now: in a transaction that is rolled back the reservation would be lost, and its numbers used again.
  function extendSoon(): void {
    planned = true;
    setImmediate(() => {
      planned = false;
      if (database.isOpen) extend();
    });
  }

  extend();
  return function nextNumber() {
    if (next >= end) extend();
    if (!planned && end - next < BLOCK / 2) extendSoon();
    next += 1;
    return next - 1;
  };
}
