import pino from 'pino';
import type { Logger } from './processor.ts';

/** Options of a program's log. */
export interface LoggerOptions {
  /** A level's name in any case; an unknown one is read as INFO. */
  readonly level: string;
  /** Members of every line: the command, the task, the job. */
  readonly bindings?: Readonly<Record<string, unknown>>;
  /** Standard output by default. */
  readonly destination?: pino.DestinationStream;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** JSON lines on standard output, in the shape that Powertools for AWS Lambda writes, so that one query reads both. */
export function createLogger({ level, bindings = {}, destination }: LoggerOptions): Logger {
  const name = level.toLowerCase();
  const options: pino.LoggerOptions = {
    level: LEVELS.includes(name) ? name : name === 'silent' ? 'silent' : 'info',
    messageKey: 'message',
    errorKey: 'error',
    base: { service: 'slipway-worker', ...bindings },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    serializers: { error: describeError },
  };
  // Synchronous: the last lines before an exit are the ones that matter.
  return pino(options, destination ?? pino.destination({ fd: 1, sync: true }));
}

/** Name, message, stack and causes; an SDK error's other members (requests, headers) stay out of the log. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name, ...code, message, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
