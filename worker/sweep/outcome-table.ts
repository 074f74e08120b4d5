import type { JobId } from '../../core/job.ts';

/** Which jobs have an outcome, and of which of them the timeline knows: 54 to 107 bytes each, in flat memory. */
export interface OutcomeTable {
  readonly size: number;
  has(jobId: JobId): boolean;
  /** Times: Unix epoch, milliseconds; kept as seconds. */
  add(jobId: JobId, lastModified: number): void;
  /** An entry of the timeline; of a job that is not in the table it says nothing. */
  entered(jobId: JobId, finishedAt: number): void;
  /** Jobs whose outcome was written before this and is not on the timeline, or only an earlier one is. */
  unfinished(before: number): Generator<JobId>;
}

const ID_BYTES = 32;

/** A record that was written so long after the date in it was perhaps stored late, perhaps replaced by a redrive. */
const LATE_SECONDS = 10;

/**
 * Open addressing over typed arrays: a Map of strings would take five times the memory and the garbage collector's time.
 * Ids are hashes already, so their first bytes are the place. Grows by doubling, never above three quarters full.
 */
export function createOutcomeTable(capacity = 1 << 14): OutcomeTable {
  let ids = Buffer.alloc(ID_BYTES * capacity);
  let written = new Uint32Array(capacity);
  let listed = new Uint32Array(capacity);
  let size = 0;
  const wanted = Buffer.alloc(ID_BYTES);

  /** The slot of an id, or the free one that it would take. */
  function slotOf(id: Buffer): number {
    let slot = id.readUInt32BE(0) % written.length;
    while (written[slot] !== 0 && ids.compare(id, 0, ID_BYTES, ID_BYTES * slot, ID_BYTES * (slot + 1)) !== 0) {
      slot = (slot + 1) % written.length;
    }
    return slot;
  }

  function grow(): void {
    const [oldIds, oldWritten, oldListed] = [ids, written, listed];
    ids = Buffer.alloc(2 * oldIds.length);
    written = new Uint32Array(2 * oldWritten.length);
    listed = new Uint32Array(2 * oldListed.length);
    for (const [slot, seconds] of oldWritten.entries()) {
      if (seconds !== 0) put(oldIds.subarray(ID_BYTES * slot, ID_BYTES * (slot + 1)), seconds, oldListed[slot] ?? 0);
    }
  }

  function put(id: Buffer, seconds: number, listedSeconds: number): void {
    const slot = slotOf(id);
    id.copy(ids, ID_BYTES * slot);
    written[slot] = seconds;
    listed[slot] = listedSeconds;
  }

  function find(jobId: JobId): number {
    wanted.write(jobId, 'hex');
    return slotOf(wanted);
  }

  return {
    get size() {
      return size;
    },
    has: (jobId) => written[find(jobId)] !== 0,
    add(jobId, lastModified) {
      const slot = find(jobId);
      if (written[slot] !== 0) return;
      put(wanted, Math.max(1, Math.floor(lastModified / 1000)), 0);
      size += 1;
      if (size > 0.75 * written.length) grow();
    },
    entered(jobId, finishedAt) {
      const slot = find(jobId);
      if (written[slot] !== 0) listed[slot] = Math.max(listed[slot] ?? 0, Math.floor(finishedAt / 1000));
    },
    *unfinished(before) {
      for (const [slot, seconds] of written.entries()) {
        if (seconds === 0 || 1000 * seconds >= before) continue;
        if (seconds - (listed[slot] ?? 0) <= LATE_SECONDS) continue;
        yield ids.toString('hex', ID_BYTES * slot, ID_BYTES * (slot + 1)) as JobId;
      }
    },
  };
}
