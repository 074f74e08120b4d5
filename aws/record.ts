import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { SlipwayError } from '../core/errors.ts';
import { isConditionalConflict, isMissing, isPreconditionFailed } from './aws-fault.ts';

/** A bucket and the client that reads it. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

/** A record with the ETag that a compare-and-swap needs. */
export interface Stored<Record> {
  readonly record: Record;
  readonly etag: string;
}

/** What must hold for a write to happen: nothing, no such key yet, or still the ETag that was read. */
export type WriteCondition = 'always' | 'absent' | { readonly etag: string };

/** S3's own word for a lost race is "try again"; more than a few in a row is a fault. */
const CONFLICT_RETRIES = 5;

/** Reads a JSON record; undefined when there is none. Throws a retryable SlipwayError `unknown-record` for another format. */
export async function readRecord<Schema extends z.ZodType>(
  bucket: Bucket,
  key: string,
  schema: Schema,
): Promise<Stored<z.infer<Schema>> | undefined> {
  try {
    const answer = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
    const text = (await answer.Body?.transformToString()) ?? '';
    return { record: parseRecord(key, schema, text), etag: answer.ETag ?? '' };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Writes a JSON record. False when the condition does not hold: someone else was first. */
export async function writeRecord(
  bucket: Bucket,
  key: string,
  record: unknown,
  condition: WriteCondition,
): Promise<boolean> {
  return (await swapRecord(bucket, key, record, condition)) !== undefined;
}

/** Writes a JSON record and gives its ETag, for whoever writes it again; undefined when the condition does not hold. */
export async function swapRecord(
  bucket: Bucket,
  key: string,
  record: unknown,
  condition: WriteCondition,
): Promise<string | undefined> {
  const command = putCommand(bucket, key, record, condition);
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return (await bucket.client.send(command)).ETag ?? '';
    } catch (error) {
      if (isPreconditionFailed(error)) return undefined;
      // If-Match on a key that is gone.
      if (typeof condition === 'object' && isMissing(error)) return undefined;
      if (!isConditionalConflict(error) || conflicts >= CONFLICT_RETRIES) throw error;
    }
  }
}

function putCommand(bucket: Bucket, key: string, record: unknown, condition: WriteCondition): PutObjectCommand {
  const body = Buffer.from(JSON.stringify(record));
  return new PutObjectCommand({
    Bucket: bucket.name,
    Key: key,
    Body: body,
    ContentType: 'application/json',
    ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
    ...(condition === 'absent' ? { IfNoneMatch: '*' } : {}),
    ...(typeof condition === 'object' ? { IfMatch: condition.etag } : {}),
  });
}

function parseRecord<Schema extends z.ZodType>(key: string, schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    // Written by a newer version, perhaps: whoever understands it will come by. Not a reason to lose a job.
    throw new SlipwayError('unknown-record', `The record ${key} has a format that this version does not know.`, {
      retryable: true,
      cause,
    });
  }
}
