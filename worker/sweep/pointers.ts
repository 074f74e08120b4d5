import type { ListedVersion } from '../../aws/listings.ts';
import { jobIdOf } from '../../core/job.ts';
import { moveLatest } from '../steps/move-latest.ts';
import { inParallel } from './in-parallel.ts';
import type { SweepRun } from './run.ts';

/** Keys whose pointer one sweep looks at: two reads each. */
const KEYS_PER_SWEEP = 1_000;
/** Of one key: that so many new versions in a row failed, or wait, is no reason to read them all. */
const VERSIONS_PER_KEY = 5;
const AT_ONCE = 16;

/** Versions of one key, the newest first. */
type Versions = ListedVersion[];

/** Picks the keys that are next to be looked at, while the inbox is walked. */
export interface PointerRound {
  see(page: readonly ListedVersion[]): void;
  /** Moves pointers that are missing or behind. Gives back where the next sweep goes on; undefined: at the beginning. */
  check(run: SweepRun): Promise<string | undefined>;
}

/**
 * A round over all keys in several sweeps: a pointer that a follow-up left behind is found by the timeline, at once; this
 * finds what became of pointers by other ways, and in the end all of it. `cursor`: the last key of the last sweep.
 */
export function createPointerRound(cursor: string | undefined, limit = KEYS_PER_SWEEP): PointerRound {
  const from = cursor === undefined ? undefined : Buffer.from(cursor);
  const keys = new Map<string, Versions>();
  let isFull = false;

  return {
    see(page) {
      if (isFull) return;
      for (const version of page) {
        const { key } = version.source;
        const known = keys.get(key);
        if (known !== undefined) known.length < VERSIONS_PER_KEY && known.push(version);
        // S3 orders keys by their bytes, which is not the order of JavaScript's strings.
        else if (from !== undefined && Buffer.from(key).compare(from) <= 0) continue;
        else if (keys.size < limit) keys.set(key, [version]);
        else {
          isFull = true;
          return;
        }
      }
    },
    async check(run) {
      let last: string | undefined;
      const entries = [...keys];
      for (let start = 0; start < entries.length && !run.signal.aborted; start += 100) {
        await run.lease.keep();
        const part = entries.slice(start, start + 100);
        await inParallel(part, AT_ONCE, ([key, versions]) => checkKey(run, key, versions));
        last = part.at(-1)?.[0];
      }
      const isThrough = !isFull && !run.signal.aborted;
      return isThrough ? undefined : (last ?? cursor);
    },
  };
}

async function checkKey({ ports, findings }: SweepRun, key: string, versions: Versions): Promise<void> {
  const { pointers } = findings.counts;
  pointers.checked += 1;
  try {
    for (const { source, lastModified } of versions) {
      const outcome = await ports.outcomes.read(jobIdOf(source));
      if (outcome?.status !== 'complete') continue;
      if (await moveLatest(ports, outcome, headerDate(lastModified))) pointers.moved += 1;
      return;
    }
  } catch (error) {
    findings.problem(`the pointer of ${key}`, error);
  }
}

/** As a GET has it: whole seconds. */
function headerDate(milliseconds: number): string {
  return new Date(1000 * Math.floor(milliseconds / 1000)).toISOString();
}
