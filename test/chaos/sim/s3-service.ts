import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';
import { awsError, noAnswer, PATIENCE_MS, type Reply, type Serve } from './wire.ts';

export const INBOX = 'inbox';
export const RESULTS = 'results';

/** A version of an object in the inbox. */
export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  readonly content: Buffer;
  readonly sequencer: string;
  /** Whole seconds, as S3 has it. */
  readonly lastModified: Date;
  /** What S3 answers instead of the bytes. */
  readonly refusal?: { readonly name: string; readonly status: number };
}

/** An object in the results bucket. */
export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  /** Successful writes of this key so far. */
  readonly writes: number;
}

/** The two buckets: the inbox with its versions, and the results. */
export interface S3Service {
  readonly serve: Serve;
  readonly results: ReadonlyMap<string, StoredObject>;
  upload(version: StoredVersion): void;
  deleteVersion(key: string, versionId: string): void;
  /** Somebody deletes a record. */
  loseRecord(key: string): void;
}

/** Keys per page of a listing. */
const PAGE = 1000;

/** `guardOutcomes`: the bucket's policy refuses a put to `outcomes/` that has no condition. */
export function createS3Service({
  scheduler,
  faults,
  guardOutcomes,
  onResult,
}: {
  scheduler: Scheduler;
  faults: Faults;
  guardOutcomes: boolean;
  /** The results bucket has a new object. */
  onResult(key: string): void;
}): S3Service {
  const inbox = new Map<string, StoredVersion[]>();
  const results = new Map<string, StoredObject>();
  let etags = 0;

  function answerTo(command: object): unknown {
    if (command instanceof PutObjectCommand) return put(command.input);
    if (command instanceof GetObjectCommand) {
      const { Bucket, Key = '', VersionId } = command.input;
      return Bucket === INBOX ? getVersion(Key, VersionId) : getRecord(Key);
    }
    if (command instanceof HeadObjectCommand) {
      const { Key = '', VersionId } = command.input;
      return { LastModified: find(Key, VersionId).lastModified };
    }
    if (command instanceof ListObjectVersionsCommand) return listVersions(command.input.KeyMarker);
    if (command instanceof ListObjectsV2Command) {
      return listObjects(command.input);
    }
    throw new Error(`The model of S3 does not know ${command.constructor.name}.`);
  }

  function put({ Key = '', Body, IfNoneMatch, IfMatch }: PutObjectCommandInput): unknown {
    const current = results.get(Key);
    const conditional = IfNoneMatch !== undefined || IfMatch !== undefined;
    if (guardOutcomes && Key.startsWith('outcomes/') && !conditional) throw awsError('AccessDenied', 403);
    if (conditional && faults.draw('s3.conflict')) throw awsError('ConditionalRequestConflict', 409);
    if (IfNoneMatch === '*' && current !== undefined) throw awsError('PreconditionFailed', 412);
    if (IfMatch !== undefined && current === undefined) throw awsError('NoSuchKey', 404);
    if (IfMatch !== undefined && IfMatch !== current?.etag) throw awsError('PreconditionFailed', 412);
    etags += 1;
    const etag = `"${etags}"`;
    const lastModified = new Date(Math.floor(scheduler.now() / 1000) * 1000);
    results.set(Key, { body: Body as Buffer, etag, lastModified, writes: (current?.writes ?? 0) + 1 });
    onResult(Key);
    if (faults.draw('s3.applied-without-answer')) throw noAnswer();
    return { ETag: etag };
  }

  function getRecord(key: string): unknown {
    const stored = results.get(key);
    if (stored === undefined) throw awsError('NoSuchKey', 404);
    const text = stored.body.toString();
    return { Body: { transformToString: async () => text }, ETag: stored.etag };
  }

  function getVersion(key: string, versionId: string | undefined): unknown {
    const { content, lastModified, refusal } = find(key, versionId);
    if (refusal !== undefined) throw awsError(refusal.name, refusal.status);
    const sent = content.length > 1 && faults.draw('s3.short-body') ? content.subarray(1) : content;
    return { Body: Readable.from([sent]), ContentLength: content.length, LastModified: lastModified };
  }

  function find(key: string, versionId: string | undefined): StoredVersion {
    const versions = inbox.get(key) ?? [];
    const found =
      versionId === undefined ? versions.at(-1) : versions.find((version) => version.versionId === versionId);
    if (found === undefined) throw awsError(versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion', 404);
    return found;
  }

  function listVersions(after: string | undefined): unknown {
    const keys = [...inbox.keys()].sort().filter((key) => after === undefined || key > decodeURIComponent(after));
    const page = keys.slice(0, PAGE);
    const truncated = keys.length > PAGE;
    return {
      EncodingType: 'url',
      IsTruncated: truncated,
      ...(truncated ? { NextKeyMarker: encodeKey(page.at(-1) ?? '') } : {}),
      Versions: page.flatMap((key) => (inbox.get(key) ?? []).toReversed().map((version, at) => entryOf(version, at))),
    };
  }

  function listObjects(input: ListObjectsV2CommandInput): unknown {
    const { Prefix = '', Delimiter, MaxKeys = PAGE, ContinuationToken, StartAfter = '' } = input;
    const keys = [...results.keys()].filter((key) => key.startsWith(Prefix));
    if (Delimiter !== undefined) {
      const folders = keys.flatMap((key) => key.slice(Prefix.length).split(Delimiter).slice(0, -1).slice(0, 1));
      return { CommonPrefixes: [...new Set(folders)].sort().map((name) => ({ Prefix: Prefix + name + Delimiter })) };
    }
    const left = keys.filter((key) => key > (ContinuationToken ?? StartAfter)).sort();
    const page = left.slice(0, MaxKeys);
    const truncated = left.length > page.length;
    return {
      Contents: page.map((Key) => ({ Key, LastModified: results.get(Key)?.lastModified })),
      IsTruncated: truncated,
      ...(truncated ? { NextContinuationToken: page.at(-1) } : {}),
    };
  }

  function refuse(reply: Reply): boolean {
    if (faults.outage('s3') || faults.draw('s3.slow-down')) reply.fail(awsError('SlowDown', 503));
    else if (faults.draw('s3.internal-error')) reply.fail(awsError('InternalError', 500));
    else if (faults.draw('s3.no-answer')) scheduler.after(PATIENCE_MS, () => reply.fail(noAnswer()));
    else return false;
    return true;
  }

  return {
    results,
    serve(command, reply) {
      if (refuse(reply)) return;
      try {
        reply.ok(answerTo(command));
      } catch (error) {
        reply.fail(error as Error);
      }
    },
    upload(version) {
      inbox.set(version.key, [...(inbox.get(version.key) ?? []), version]);
    },
    loseRecord: (key) => void results.delete(key),
    deleteVersion(key, versionId) {
      const left = (inbox.get(key) ?? []).filter((version) => version.versionId !== versionId);
      if (left.length === 0) inbox.delete(key);
      else inbox.set(key, left);
    },
  };
}

function entryOf({ key, versionId, content, lastModified }: StoredVersion, index: number): unknown {
  return {
    Key: encodeKey(key),
    VersionId: versionId,
    ETag: `"${createHash('md5').update(content).digest('hex')}"`,
    Size: content.length,
    LastModified: lastModified,
    IsLatest: index === 0,
  };
}

/** As S3 encodes keys in a listing: a space is "+". */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+');
}
