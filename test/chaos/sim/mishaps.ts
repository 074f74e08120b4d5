import { latestSchema } from '../../../core/outcome.ts';
import { QUEUES, type Simulation } from './simulation.ts';
import type { Uploads } from './uploads.ts';

/** What people and other programs do to a system while it works. */
export interface Mishaps {
  /** Still to come. */
  readonly pending: number;
  /** A record was written, which somebody may delete later. */
  recordWritten(key: string): void;
}

/** Purges come within this time from the start. */
const PURGES_WITHIN_MS = 900_000;
const LOST_AFTER_MS = 300_000;

const RECORDS = [
  { prefix: 'latest/', fault: 'record.pointer-lost' },
  { prefix: 'timeline/', fault: 'record.timeline-lost' },
] as const;

/** `onLoss`: something was taken away. */
export function createMishaps(sim: Simulation, uploads: Uploads, onLoss: () => void): Mishaps {
  const { scheduler, chance, faults } = sim;
  let pending = 0;

  function later(withinMs: number, action: () => void): void {
    pending += 1;
    scheduler.after(chance.between(0, withinMs), () => {
      pending -= 1;
      action();
      onLoss();
    });
  }

  function purge(queue: string): void {
    const lost = sim.sqs.purge(queue);
    sim.trace(() => `purge of ${queue}: ${lost.length} messages`);
    // No sweep finds a message again that names no object.
    for (const { body } of lost) uploads.forgive(body);
  }

  /** Pointers are found again by what lies in the inbox: not those to versions that are gone from it. */
  function isBeyondRepair(key: string): boolean {
    if (!key.startsWith('latest/')) return false;
    const body = sim.s3.results.get(key)?.body.toString() ?? '';
    return uploads.isDoomed(latestSchema.parse(JSON.parse(body)).key);
  }

  for (const queue of [QUEUES.jobs, QUEUES.launches]) {
    if (faults.draw('queue.purged')) later(PURGES_WITHIN_MS, () => purge(queue));
  }
  return {
    get pending() {
      return pending;
    },
    recordWritten(key) {
      const record = RECORDS.find(({ prefix }) => key.startsWith(prefix));
      if (record === undefined || isBeyondRepair(key) || !faults.draw(record.fault)) return;
      later(LOST_AFTER_MS, () => sim.s3.loseRecord(key));
    },
  };
}
