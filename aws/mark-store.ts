import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { type Bucket, readRecord, writeRecord } from './record.ts';

const markSchema = z.looseObject({ v: z.literal(1), by: z.string(), at: z.string() });

/** A small object whose existence says that something was done, or that somebody may do it. */
export interface Mark {
  /** Who set it: a task's ARN, a message's id. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Facts for whoever reads it later. */
  readonly [fact: string]: unknown;
}

/** Marks that are set once. */
export interface MarkStore {
  /** Undefined while nobody has set it. */
  read(key: string): Promise<Mark | undefined>;
  /** Sets a mark with `If-None-Match: *`; false when somebody else's stands there already. */
  set(key: string, mark: Mark): Promise<boolean>;
  /** Keys below a prefix in their order, those behind `after` only, page by page. */
  list(prefix: string, options?: { readonly after?: string; readonly pageSize?: number }): AsyncIterable<MarkEntry[]>;
  /** Names directly below a prefix that have keys below them: `alerts/` → `job-crash`. */
  folders(prefix: string): Promise<string[]>;
}

/** A mark in a listing. */
export interface MarkEntry {
  readonly key: string;
  /** When it was set; Unix epoch, milliseconds. */
  readonly at: number;
}

/** Marks as JSON objects in the results bucket. */
export function createMarkStore(bucket: Bucket): MarkStore {
  const read = async (key: string) => (await readRecord(bucket, key, markSchema))?.record;
  return {
    read,
    async set(key, mark) {
      if (await writeRecord(bucket, key, { v: 1, ...mark }, 'absent')) return true;
      // One's own mark, set by an earlier run that then broke off, lets the work be finished.
      return (await read(key))?.by === mark.by;
    },
    async *list(prefix, { after, pageSize = 1_000 } = {}) {
      const request = {
        Bucket: bucket.name,
        Prefix: prefix,
        MaxKeys: pageSize,
        ...(after === undefined ? {} : { StartAfter: after }),
      };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: bucket.client }, request)) {
        yield Contents.map(({ Key = '', LastModified }) => ({ key: Key, at: LastModified?.getTime() ?? 0 }));
      }
    },
    async folders(prefix) {
      const found: string[] = [];
      const request = { Bucket: bucket.name, Prefix: prefix, Delimiter: '/' };
      for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: bucket.client }, request)) {
        found.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix?.slice(prefix.length, -1) ?? []));
      }
      return found;
    },
  };
}
