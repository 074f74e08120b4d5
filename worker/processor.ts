import type { Readable } from 'node:stream';

/** The object that a processor works on. Its bytes are a local file, already fetched and bounded in size. */
export interface Source {
  /** The object's key: opaque text for names and logs, never a path. */
  readonly key: string;
  /** MIME type found in the content's first bytes; undefined when they are of no known kind. The uploader's word is not asked. */
  readonly type: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Absolute path of the file that holds the bytes; read-only, removed after the job. */
  readonly path: string;
}

/** What a processor made. Get it from `context.write`. */
export interface Output {
  readonly name: string;
  readonly contentType: string;
  readonly path: string;
}

export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Context {
  readonly jobId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts at the job's deadline, when the message's lease is lost, and when the task has to stop. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** An empty directory of this job alone, removed after it. */
  readonly scratch: string;
  /** The processor's part of the settings, by name: `setting('THUMB_PIXELS')`. */
  setting(name: string): string | undefined;
  /** Writes one output. `name` is unique in the job and has an extension: `thumb.webp`. */
  write(name: string, contentType: string, content: Uint8Array | Readable): Promise<Output>;
  /** Adds to the outcome record's `metadata`: small, JSON, no secrets. */
  describe(metadata: Readonly<Record<string, unknown>>): void;
}

/**
 * What a user of Slipway writes: an object in, outputs out. Returning means complete; throwing means try again;
 * throwing PermanentError(reason, message) means failed for good. It runs in a child process without AWS credentials.
 */
export interface Processor {
  readonly name: string;
  /** Whether this processor takes the object. The first that accepts gets it. */
  accepts(source: Source): boolean;
  process(source: Source, context: Context): Promise<readonly Output[]>;
}
