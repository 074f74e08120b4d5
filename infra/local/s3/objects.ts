import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import type { PublishEvent } from '../ports.ts';
import type { BodyFolder, ByteRange, StoredBody } from './bodies.ts';
import type { Bucket, BucketStore } from './buckets.ts';
import { checkWriteConditions, type WriteConditions } from './conditions.ts';
import { type ChangeOrigin, objectCreated, objectDeleted } from './events.ts';
import { NULL_VERSION, type ObjectAttributes, type ObjectVersion } from './object-version.ts';
import { noSuchKey, noSuchVersion, S3Error } from './s3-error.ts';
import type { VersionTable } from './version-statements.ts';

/** An object to be stored: its bytes are durable already. */
export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: StoredBody;
  /** Without quotes. */
  readonly etag: string;
  readonly attributes: ObjectAttributes;
  readonly conditions: WriteConditions;
}

/** What a delete did; `undefined` when there was nothing to do. */
export interface Deletion {
  /** Shown to the client; undefined in a bucket without versions. */
  readonly versionId?: string | undefined;
  /** Whether a delete marker was made, or was what went away. */
  readonly deleteMarker: boolean;
}

/** Objects and their versions: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html */
export interface ObjectStore {
  /**
   * Stores an object and publishes its event, or neither. `alongside` runs in the same transaction. When it throws, the
   * body stays: it belongs to the caller. Throws PreconditionFailed, NoSuchKey, NoSuchBucket.
   */
  put(object: NewObject, origin: ChangeOrigin, alongside?: () => void): ObjectVersion;
  /** Throws NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker. */
  get(bucket: string, key: string, versionId?: string): ObjectVersion;
  open(version: ObjectVersion, range?: ByteRange): Uint8Array | Readable;
  delete(target: DeleteTarget, origin: ChangeOrigin): Deletion;
  setTags(version: ObjectVersion, tags: Readonly<Record<string, string>> | undefined): void;
  /** The version ID as the client may see it: none in a bucket that never had versions. */
  shownVersionId(version: Pick<ObjectVersion, 'bucket' | 'versionId'>): string | undefined;
}

export interface DeleteTarget extends Pick<WriteConditions, 'ifMatch'> {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface ObjectStorePorts {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly buckets: BucketStore;
  readonly bodies: BodyFolder;
  readonly versions: VersionTable;
  readonly publishEvent: PublishEvent;
  nextSequence(): number;
}

/** Composes the object store. */
export function objectStore(ports: ObjectStorePorts): ObjectStore {
  const { database, clock, buckets, bodies, versions, publishEvent, nextSequence } = ports;

  function shownVersionId(version: Pick<ObjectVersion, 'bucket' | 'versionId'>): string | undefined {
    return buckets.get(version.bucket).versioning ? version.versionId : undefined;
  }

  /** Runs in one transaction; files of the versions that it removed go once that is committed. */
  function change<Result>(action: (removed: ObjectVersion[]) => Result): Result {
    const removed: ObjectVersion[] = [];
    const result = transaction(database, () => action(removed));
    for (const version of removed) bodies.remove(version);
    return result;
  }

  /** Adds the newest version, in place of the null version unless versioning is on. */
  function add(bucket: Bucket, version: NewVersion, removed: ObjectVersion[], inline?: Uint8Array): ObjectVersion {
    const versioned = bucket.versioning === 'Enabled';
    if (!versioned) removeVersion(versions.byId(version.bucket, version.key, NULL_VERSION), removed);
    const versionId = versioned ? randomBytes(16).toString('hex') : NULL_VERSION;
    const added = { ...version, sequence: nextSequence(), versionId, isLatest: true, modifiedAt: clock.now() };
    versions.insert(added, inline);
    return added;
  }

  function removeVersion(version: ObjectVersion | undefined, removed: ObjectVersion[]): void {
    if (!version) return;
    versions.remove(version);
    removed.push(version);
  }

  return {
    shownVersionId,
    open: (version, range) => bodies.open({ ...version, inline: inlineOf(version) }, range),

    put: (object, origin, alongside) =>
      change((removed) => {
        const bucket = buckets.get(object.bucket);
        const { key, body, etag, attributes } = object;
        checkWriteConditions(object.conditions, key, versions.newest(bucket.name, key));
        const { size, segments, inline } = body;
        const version = { bucket: bucket.name, key, deleteMarker: false, size, etag, attributes, segments };
        const added = add(bucket, version, removed, inline);
        alongside?.();
        if (bucket.eventBridge) publishEvent(objectCreated(added, origin));
        return added;
      }),

    get(bucket, key, versionId) {
      buckets.get(bucket);
      const version = versionId === undefined ? versions.newest(bucket, key) : versions.byId(bucket, key, versionId);
      if (!version) throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
      if (version.deleteMarker) throw deleteMarkerMet(version, versionId !== undefined);
      return version;
    },

    delete: (target, origin) =>
      change((removed) => {
        const bucket = buckets.get(target.bucket);
        const { key, versionId } = target;
        const found =
          versionId === undefined ? versions.newest(bucket.name, key) : versions.byId(bucket.name, key, versionId);
        checkWriteConditions({ ifMatch: target.ifMatch }, key, found);
        const makesMarker = versionId === undefined && bucket.versioning !== undefined;
        const gone = makesMarker ? add(bucket, marker(bucket.name, key), removed) : found;
        if (!makesMarker) removeVersion(found, removed);
        if (gone && bucket.eventBridge)
          publishEvent(objectDeleted(deletedObject(gone, makesMarker), origin, makesMarker));
        return { versionId: gone ? shownVersionId(gone) : versionId, deleteMarker: gone?.deleteMarker ?? false };
      }),

    setTags(version, tags) {
      versions.setAttributes({ ...version, attributes: { ...version.attributes, tags } });
    },
  };

  function inlineOf(version: ObjectVersion): Uint8Array | undefined {
    return version.segments.length > 0 ? undefined : versions.inlineBody(version.sequence);
  }

  function deletedObject(gone: ObjectVersion, isMarker: boolean) {
    const { bucket, key, versionId, etag } = gone;
    if (isMarker) return { bucket, key, versionId, sequence: gone.sequence };
    return { bucket, key, versionId, etag, sequence: nextSequence() };
  }
}

type NewVersion = Omit<ObjectVersion, 'sequence' | 'versionId' | 'isLatest' | 'modifiedAt'>;

function marker(bucket: string, key: string): NewVersion {
  return { bucket, key, deleteMarker: true, size: 0, etag: '', attributes: { headers: {} }, segments: [] };
}

function deleteMarkerMet(version: ObjectVersion, byId: boolean): S3Error {
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (!byId) return noSuchKey(version.key, headers);
  return new S3Error(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    405,
    { Method: 'GET', ResourceType: 'DeleteMarker' },
    { ...headers, allow: 'DELETE', 'last-modified': new Date(version.modifiedAt).toUTCString() },
  );
}
