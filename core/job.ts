import { createHash } from 'node:crypto';
import * as z from 'zod';

/** 64 lower-case hex digits: the identity of one object version's processing. */
export type JobId = string & { readonly __brand: 'JobId' };

/** One version of one object in the inbox. */
export interface ObjectVersion {
  readonly bucket: string;
  /** Opaque: never decoded, never a file path. At most 1,024 bytes. */
  readonly key: string;
  /** Absent in an unversioned bucket: there the ETag stands for the version. */
  readonly versionId?: string;
  /** Without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Order of the events of one key; empty when the sweep found the object without an event. */
  readonly sequencer: string;
}

/** The processing of one object version. */
export interface Job {
  readonly jobId: JobId;
  readonly source: ObjectVersion;
}

/** `sha256(bucket, key, versionId)`; the ETag in place of a missing version. */
export function jobIdOf(source: Pick<ObjectVersion, 'bucket' | 'key' | 'versionId' | 'etag'>): JobId {
  const version = source.versionId ?? `etag:${source.etag}`;
  return createHash('sha256').update([source.bucket, source.key, version].join('\0')).digest('hex') as JobId;
}

export function jobOf(source: ObjectVersion): Job {
  return { jobId: jobIdOf(source), source };
}

export const jobIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((id) => id as JobId);

export const objectVersionSchema = z.object({
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1).exactOptional(),
  etag: z.string(),
  size: z.number().int().nonnegative(),
  sequencer: z.string(),
});

/**
 * Which of two versions of one key is newer: negative, zero or positive as for sorting. Sequencers are hex strings of
 * unequal length, compared right-padded with zeros, within one key only.
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const left = a.toUpperCase().padEnd(length, '0');
  const right = b.toUpperCase().padEnd(length, '0');
  return left < right ? -1 : left > right ? 1 : 0;
}
