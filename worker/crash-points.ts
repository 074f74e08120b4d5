import { SlipwayError } from '../core/errors.ts';
import type { Logger } from './processor.ts';

/**
 * Places where a worker can be made to die or to stall on purpose, for the fault tests: before and after every call of
 * its ports, which is everywhere that it touches the world. `CRASH_AT` lists them, with commas between them:
 *
 *     PORT.METHOD:before|after [@N] [~TEXT] [=stallMS]
 *     outcomes.commit:after@7            dies after its seventh outcome is stored, and before it does anything more
 *     processors.run:before~poison       dies before any job whose key has "poison" in it
 *     queue.receive:after@2=stall9000    stands still for nine seconds, as a machine without CPU does
 *
 * Without the variable every port stays the object that it is.
 */
export interface CrashPoints {
  /** Throws SlipwayError `bad-crash-point` when `CRASH_AT` names a method that the port does not have. */
  watch<Port extends object>(name: PortName, port: Port): Port;
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
}

interface CrashPoint {
  readonly port: string;
  readonly method: string;
  readonly when: string;
  /** The pass that counts, from 1; every pass when undefined. */
  readonly nth: number | undefined;
  /** Only passes whose arguments hold it count. */
  readonly text: string | undefined;
  readonly stallMs: number | undefined;
  passes: number;
}

const SYNTAX =
  /^(?<port>\w+)\.(?<method>\w+):(?<when>before|after)(@(?<nth>\d+))?(~(?<text>[^,=]+))?(=stall(?<stall>\d+))?$/;

/** SIGKILL to itself: no handler runs, nothing is flushed, as when the machine goes. */
const realEffects: CrashEffects = {
  die: () => void process.kill(process.pid, 'SIGKILL'),
  stall: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
};

/** Reads `CRASH_AT`. Throws SlipwayError `bad-crash-point` when it is not understood. */
export function crashPoints(text: string | undefined, logger: Logger, effects = realEffects): CrashPoints {
  const points = (text ?? '').split(',').filter(Boolean).map(readPoint);
  return {
    watch(name, port) {
      const own = points.filter((point) => point.port === name);
      for (const { method } of own) if (!(method in port)) throw badPoint(`${name}.${method}`);
      return own.length === 0 ? port : watched(port, (method, when, input) => pass(own, method, when, input));
    },
  };

  function pass(own: readonly CrashPoint[], method: string, when: string, input: readonly unknown[]): void {
    for (const point of own) {
      if (point.method !== method || point.when !== when) continue;
      if (point.text !== undefined && !JSON.stringify(input).includes(point.text)) continue;
      point.passes += 1;
      if (point.nth !== undefined && point.passes !== point.nth) continue;
      const { port, passes, stallMs } = point;
      logger.warn({ point: `${port}.${method}:${when}`, passes, stallMs }, 'crash point reached');
      if (stallMs === undefined) effects.die();
      else effects.stall(stallMs);
    }
  }
}

function readPoint(text: string): CrashPoint {
  const { port = '', method = '', when = '', nth, text: wanted, stall } = SYNTAX.exec(text)?.groups ?? {};
  if (!PORTS.some((known) => known === port)) throw badPoint(text);
  return {
    port,
    method,
    when,
    nth: nth === undefined ? (wanted === undefined ? 1 : undefined) : Number(nth),
    text: wanted,
    stallMs: stall === undefined ? undefined : Number(stall),
    passes: 0,
  };
}

/** The same port, with `onPass` called around each of its methods. */
function watched<Port extends object>(
  port: Port,
  onPass: (method: string, when: string, input: readonly unknown[]) => void,
): Port {
  return new Proxy(port, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return async (...input: unknown[]) => {
        onPass(String(member), 'before', input);
        const result: unknown = await Reflect.apply(value, target, input);
        onPass(String(member), 'after', input);
        return result;
      };
    },
  });
}

function badPoint(text: string): SlipwayError {
  return new SlipwayError('bad-crash-point', `CRASH_AT names no crash point of this worker: ${text}.`);
}
