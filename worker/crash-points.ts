import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '../core/errors.ts';
import type { Logger } from './processor.ts';

/**
 * Places where a worker can be made to die, to stall or to take memory on purpose, for the fault tests: before and after
 * every call of its ports, which is everywhere that it touches the world. `CRASH_AT` lists them, with commas between them:
 *
 *     PORT.METHOD:before|after [@N] [~TEXT] [!] [=stallMS|=hoardMIB]
 *     outcomes.commit:after@7            dies after its seventh outcome is stored, and before it does anything more
 *     processors.run:before~poison       dies before any job whose key has "poison" in it
 *     queue.receive:after@2=stall9000    stands still for nine seconds, as a machine without CPU does
 *     latest.write:before~/k1/!          dies there once, however many workers come that way
 *
 * For `!`, the workers have to share the directory `CRASH_MARKS`: the first leaves a mark there, and it stops the others.
 * Without `CRASH_AT` every port stays the object that it is.
 */
export interface CrashPoints {
  /** Throws SlipwayError `bad-crash-point` when `CRASH_AT` names a method that the port does not have. */
  watch<Port extends object>(name: PortName, port: Port): Port;
}

/** The variables that say where to crash. */
export interface CrashSettings {
  readonly CRASH_AT?: string | undefined;
  readonly CRASH_MARKS?: string | undefined;
}

const PORTS = [
  'queue',
  'deadLetters',
  'objects',
  'outcomes',
  'journal',
  'latest',
  'timeline',
  'tasks',
  'processors',
  'outputs',
] as const;
type PortName = (typeof PORTS)[number];

/** What a crash point does to its process. */
export interface CrashEffects {
  die(): void;
  stall(milliseconds: number): void;
  hoard(mib: number): void;
}

interface CrashPoint {
  /** As it stands in `CRASH_AT`. */
  readonly entry: string;
  readonly port: string;
  readonly method: string;
  readonly when: string;
  /** The pass that counts, from 1; every pass when undefined. */
  readonly nth: number | undefined;
  /** Only passes whose arguments or whose result hold it count. */
  readonly text: string | undefined;
  /** Where the mark goes that stops all others. */
  readonly mark: string | undefined;
  readonly effect: keyof CrashEffects;
  /** Milliseconds or MiB. */
  readonly amount: number;
  passes: number;
}

const SYNTAX =
  /^(?<port>\w+)\.(?<method>\w+):(?<when>before|after)(@(?<nth>\d+))?(~(?<text>[^,=!]+))?(?<once>!)?(=(?<effect>stall|hoard)(?<amount>\d+))?$/;

/** What was taken stays taken. */
const hoarded: Buffer[] = [];

/** SIGKILL to itself: no handler runs, nothing is flushed, as when the machine goes. */
const realEffects: CrashEffects = {
  die: () => void process.kill(process.pid, 'SIGKILL'),
  stall: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
  hoard(mib) {
    for (let taken = 0; taken < mib; taken += 1) hoarded.push(Buffer.alloc(2 ** 20, 1));
    // A ceiling that is no control group is looked at a few times a second.
    realEffects.stall(1_000);
  },
};

/** Reads the settings. Throws SlipwayError `bad-crash-point` when they are not understood. */
export function crashPoints(settings: CrashSettings, logger: Logger, effects = realEffects): CrashPoints {
  const entries = (settings.CRASH_AT ?? '').split(',').filter(Boolean);
  const points = entries.map((entry) => readPoint(entry, settings.CRASH_MARKS));
  return {
    watch(name, port) {
      const own = points.filter((point) => point.port === name);
      for (const { method, entry } of own) if (!(method in port)) throw badPoint(entry);
      return own.length === 0 ? port : watched(port, (method, when, seen) => pass(own, method, when, seen));
    },
  };

  function pass(own: readonly CrashPoint[], method: string, when: string, seen: readonly unknown[]): void {
    const here = own.filter((point) => point.method === method && point.when === when);
    if (here.length === 0) return;
    const words = JSON.stringify(seen);
    for (const point of here) {
      if (point.text !== undefined && !words.includes(point.text)) continue;
      point.passes += 1;
      if (point.nth !== undefined && point.passes !== point.nth) continue;
      if (point.mark !== undefined && !leaveMark(point.mark)) continue;
      const { entry, passes, effect, amount } = point;
      logger.warn({ point: entry, passes, effect }, 'crash point reached');
      effects[effect](amount);
    }
  }
}

function readPoint(entry: string, marks: string | undefined): CrashPoint {
  const { port = '', method = '', when = '', nth, text, once, effect, amount } = SYNTAX.exec(entry)?.groups ?? {};
  if (!PORTS.some((known) => known === port)) throw badPoint(entry);
  if (once !== undefined && !marks) throw badPoint(`${entry} (CRASH_MARKS is not set)`);
  return {
    entry,
    port,
    method,
    when,
    nth: nth === undefined ? (text === undefined ? 1 : undefined) : Number(nth),
    text,
    mark: once === undefined ? undefined : join(marks ?? '', encodeURIComponent(entry)),
    effect: effect === 'stall' || effect === 'hoard' ? effect : 'die',
    amount: Number(amount ?? 0),
    passes: 0,
  };
}

/** False when somebody else was there first. */
function leaveMark(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The same port, with `onPass` called around each of its methods. */
function watched<Port extends object>(
  port: Port,
  onPass: (method: string, when: string, seen: readonly unknown[]) => void,
): Port {
  return new Proxy(port, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return async (...input: unknown[]) => {
        onPass(String(member), 'before', input);
        const result: unknown = await Reflect.apply(value, target, input);
        onPass(String(member), 'after', [...input, result]);
        return result;
      };
    },
  });
}

function badPoint(text: string): SlipwayError {
  return new SlipwayError('bad-crash-point', `CRASH_AT names no crash point of this worker: ${text}.`);
}
