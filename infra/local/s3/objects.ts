import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { GroupCommit } from '../group-commit.ts';
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
   * body stays: it belongs to the caller. Rejects with PreconditionFailed, NoSuchKey, NoSuchBucket.
   */
  put(object: NewObject, origin: ChangeOrigin, alongside?: () => void): Promise<ObjectVersion>;
  /** Throws NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker. */
  get(bucket: string, key: string, versionId?: string): ObjectVersion;
  open(version: ObjectVersion, range?: ByteRange): Uint8Array | Readable;
  delete(target: DeleteTarget, origin: ChangeOrigin): Promise<Deletion>;
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
  readonly clock: Clock;
  readonly buckets: BucketStore;
  readonly bodies: BodyFolder;
  readonly versions: VersionTable;
  readonly publishEvent: PublishEvent;
  readonly commits: GroupCommit;
  nextSequence(): number;
}

/** Composes the object store. */
export function objectStore(ports: ObjectStorePorts): ObjectStore {
  const { clock, buckets, bodies, versions, publishEvent, commits, nextSequence } = ports;

  function shownVersionId(version: Pick<ObjectVersion, 'bucket' | 'versionId'>): string | undefined {
    return buckets.get(version.bucket).versioning ? version.versionId : undefined;
  }

  /** Runs with the changes of others; files of the versions that it removed go once that is committed. */
  async function change<Result>(action: (removed: ObjectVersion[]) => Result): Promise<Result> {
    const removed: ObjectVersion[] = [];
    const result = await commits.run(() => action(removed));
    for (const version of removed) bodies.remove(version);
    return result;
  }

  /** Adds the newest version of a key; `before` is the one that was. */
  function add(bucket: Bucket, version: NewVersion, before: ObjectVersion | undefined, change: Change): ObjectVersion {
    const versioned = bucket.versioning === 'Enabled';
    const replaced = versioned ? undefined : nullVersion(bucket, before);
    if (replaced) {
      versions.drop(replaced);
      change.removed.push(replaced);
    }
    if (before && before.sequence !== replaced?.sequence) versions.retire(before);
    const versionId = versioned ? randomBytes(16).toString('hex') : NULL_VERSION;
    const added = { ...version, sequence: nextSequence(), versionId, isLatest: true, modifiedAt: clock.now() };
    versions.insert(added, change.inline);
    return added;
  }

  /** What a write without versioning takes the place of. A bucket that never had any has no other versions. */
  function nullVersion(bucket: Bucket, newest: ObjectVersion | undefined): ObjectVersion | undefined {
    if (!newest || newest.versionId === NULL_VERSION || bucket.versioning === undefined) return newest;
    return versions.byId(bucket.name, newest.key, NULL_VERSION);
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
        const before = versions.newest(bucket.name, key);
        checkWriteConditions(object.conditions, key, before);
        const { size, segments, inline } = body;
        const version = { bucket: bucket.name, key, deleteMarker: false, size, etag, attributes, segments };
        const added = add(bucket, version, before, { removed, inline });
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
        const gone = makesMarker ? add(bucket, marker(bucket.name, key), found, { removed }) : found;
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
    if (version.segments.length > 0) return undefined;
    return version.size === 0 ? NOTHING : versions.inlineBody(version.sequence);
  }

  function deletedObject(gone: ObjectVersion, isMarker: boolean) {
    const { bucket, key, versionId, etag } = gone;
    if (isMarker) return { bucket, key, versionId, sequence: gone.sequence };
    return { bucket, key, versionId, etag, sequence: nextSequence() };
  }
}

const NOTHING = new Uint8Array(0);

/** What a change takes with it: versions whose files are to go, and a body that stands in the database. */
interface Change {
  readonly removed: ObjectVersion[];
  readonly inline?: Uint8Array | undefined;
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
