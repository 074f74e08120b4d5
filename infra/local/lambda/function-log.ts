import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { AppendFunctionLog } from './function-rights.ts';

/** What one invocation has logged so far, for the caller who asked for its tail. */
export interface LogTail {
  /** The last 4 KiB. */
  text(): string;
  close(): void;
}

/** The log groups of functions. */
export interface FunctionLog {
  append(definition: FunctionDefinition, message: string): void;
  /** Collects what is appended for a function from now on. */
  tail(definition: FunctionDefinition): LogTail;
}

const TAIL_BYTES = 4096;

/** Streams are named as Lambda names them: one for each function, day and start of the stand-in. */
export function functionLog(appendLog: AppendFunctionLog, clock: Clock): FunctionLog {
  const instances = new Map<string, string>();
  const tails = new Map<string, Set<string[]>>();

  function streamOf(name: string, now: number): string {
    const instance = instances.get(name) ?? randomBytes(16).toString('hex');
    instances.set(name, instance);
    return `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${instance}`;
  }
  return {
    append(definition, message) {
      const timestamp = clock.now();
      for (const lines of tails.get(definition.name) ?? []) lines.push(message);
      appendLog(definition, definition.logGroup, streamOf(definition.name, timestamp), [{ timestamp, message }]);
    },
    tail(definition) {
      const lines: string[] = [];
      const open = tails.get(definition.name) ?? new Set();
      tails.set(definition.name, open.add(lines));
      return {
        text: () =>
          Buffer.from(`${lines.join('\n')}\n`)
            .subarray(-TAIL_BYTES)
            .toString('utf8'),
        close: () => void open.delete(lines),
      };
    },
  };
}
