import { createWriteStream } from 'node:fs';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PermanentError, SlipwayError } from '../core/errors.ts';
import type { ObjectVersion } from '../core/job.ts';
import { awsFault, isMissing, isPreconditionFailed } from './aws-fault.ts';
import { versionPages } from './listings.ts';

/** The object version does not exist (any more). */
export class ObjectGoneError extends SlipwayError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('gone', message, options);
  }
}

/** An object version that lies in a local file. */
export interface Downloaded {
  readonly bytes: number;
  /** Its first bytes, at most 4 KiB: enough to tell what it is. */
  readonly head: Uint8Array;
  /** ISO 8601. */
  readonly lastModified?: string;
}

/** The inbox, read one version at a time. */
export interface ObjectStore {
  /**
   * Streams exactly this version into the file `path`. Throws ObjectGoneError, PermanentError (`too-large`, `archived`),
   * a retryable SlipwayError (`access-denied`, `short-read`), or what the SDK throws.
   */
  download(
    source: ObjectVersion,
    path: string,
    options: { readonly limitBytes: number; readonly signal: AbortSignal },
  ): Promise<Downloaded>;
  /** ISO 8601; undefined when the version is gone. */
  lastModified(source: ObjectVersion): Promise<string | undefined>;
  /** Whether this version was stored after that one of the same key; false when one of them is gone. */
  isStoredAfter(source: ObjectVersion, versionId: string): Promise<boolean>;
}

const HEAD_BYTES = 4096;

/** Bytes between network and file: with Node's 16 KiB each 64 KiB that come are written, and waited for, by themselves. */
const BUFFER_BYTES = 2 ** 20;

/** Where a file is written to: readable by this process alone. */
const openFile = (path: string): Writable => createWriteStream(path, { mode: 0o600, highWaterMark: BUFFER_BYTES });

/**
 * Objects of S3. A version is pinned by its id; in an unversioned bucket by `If-Match` on the ETag. `open` stands in for
 * the file system.
 */
export function createObjectStore(client: S3Client, open: (path: string) => Writable = openFile): ObjectStore {
  return {
    async download(source, path, { limitBytes, signal }) {
      const answer = await client
        .send(new GetObjectCommand(pin(source)), { abortSignal: signal })
        .catch((error: unknown) => {
          throw objectError(source, error);
        });
      const body = answer.Body;
      if (!(body instanceof Readable)) throw new SlipwayError('short-read', 'S3 sent no body.', { retryable: true });
      if ((answer.ContentLength ?? 0) > limitBytes) {
        body.destroy();
        throw tooLarge(answer.ContentLength ?? 0, limitBytes);
      }
      const meter = createMeter(limitBytes);
      await pipeline(body, meter.stream, open(path), { signal });
      if (answer.ContentLength !== undefined && meter.bytes() !== answer.ContentLength) {
        const message = `S3 sent ${meter.bytes()} of ${answer.ContentLength} bytes.`;
        throw new SlipwayError('short-read', message, { retryable: true });
      }
      const lastModified = answer.LastModified?.toISOString();
      return { bytes: meter.bytes(), head: meter.head(), ...(lastModified === undefined ? {} : { lastModified }) };
    },

    async lastModified(source) {
      try {
        return (await client.send(new HeadObjectCommand(pin(source)))).LastModified?.toISOString();
      } catch (error) {
        if (isMissing(error) || isPreconditionFailed(error)) return undefined;
        throw error;
      }
    },

    async isStoredAfter(source, versionId) {
      const { bucket, key } = source;
      let found = false;
      // S3 lists the versions of a key from the newest on, and longer keys of the same beginning after them.
      for await (const page of versionPages({ client, name: bucket }, key)) {
        const own = page.filter((version) => version.source.key === key);
        for (const { source: listed } of own) {
          if (listed.versionId === versionId) return found;
          found ||= listed.versionId === source.versionId;
        }
        if (own.length < page.length) return false;
      }
      return false;
    },
  };
}

function pin({ bucket, key, versionId, etag }: ObjectVersion) {
  const version = versionId === undefined ? (etag === '' ? {} : { IfMatch: `"${etag}"` }) : { VersionId: versionId };
  return { Bucket: bucket, Key: key, ...version };
}

/** Counts bytes, keeps the first ones, and stops a body that is longer than it may be. */
function createMeter(limitBytes: number) {
  let bytes = 0;
  const head: Buffer[] = [];
  const stream = new Transform({
    highWaterMark: BUFFER_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      if (bytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
      done(bytes > limitBytes ? tooLarge(bytes, limitBytes) : null, chunk);
    },
  });
  return { stream, bytes: () => bytes, head: () => new Uint8Array(Buffer.concat(head)) };
}

function tooLarge(bytes: number, limitBytes: number): PermanentError {
  return new PermanentError('too-large', `The object has ${bytes} bytes or more; at most ${limitBytes} are accepted.`);
}

/** What S3 says of a name or a version that no object can have; the request says nothing else that could be wrong. */
const IMPOSSIBLE = new Set(['InvalidArgument', 'InvalidURI', 'KeyTooLongError']);

function objectError(source: ObjectVersion, cause: unknown): unknown {
  const { code, status } = awsFault(cause);
  if (isMissing(cause)) return new ObjectGoneError('The object version does not exist any more.', { cause });
  if (status === 400 && IMPOSSIBLE.has(code)) {
    return new ObjectGoneError(`S3 cannot have an object version of this name (${code}).`, { cause });
  }
  if (isPreconditionFailed(cause)) return new ObjectGoneError('The object was replaced before it was read.', { cause });
  if (code === 'InvalidObjectState') {
    return new PermanentError('archived', 'The object is archived; it has to be restored before it can be read.', {
      cause,
    });
  }
  if (status === 403) {
    const message = `S3 refused to let the task read the object in ${source.bucket} (${code}).`;
    return new SlipwayError('access-denied', message, { retryable: true, cause });
  }
  return cause;
}
