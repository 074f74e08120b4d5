import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import type { BodyFolder, Segment } from './bodies.ts';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import type { ObjectAttributes } from './object-version.ts';
import type { ReceivedBody } from './payload.ts';
import { noSuchUpload } from './s3-error.ts';

/** A multipart upload that is under way. */
export interface Upload {
  readonly sequence: number;
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  /** Unix epoch, milliseconds. */
  readonly startedAt: number;
  readonly attributes: ObjectAttributes;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: Checksum['type'] } | undefined;
}

/** A part of an upload, numbered from 1 to 10,000. */
export interface Part {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
  readonly segments: readonly Segment[];
  readonly checksum?: Checksum | undefined;
}

/** Multipart uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export interface UploadStore {
  start(upload: Pick<Upload, 'bucket' | 'key' | 'attributes' | 'checksum'>): Upload;
  /** Throws NoSuchUpload. */
  get(bucket: string, key: string, uploadId: string): Upload;
  /** Adds a part, in place of the one of that number. Throws NoSuchUpload when it ended meanwhile. */
  addPart(upload: Upload, number: number, body: ReceivedBody): Part;
  parts(upload: Upload): Part[];
  /** Forgets upload and parts; their files stay. Call it inside the transaction that needs it. */
  forget(upload: Upload): void;
  /** Forgets upload and parts and deletes their files. */
  abort(upload: Upload): void;
}

export interface UploadRow {
  readonly sequence: number;
  readonly upload_id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started_at: number;
  readonly attributes: string;
  readonly checksum: string | null;
}

interface PartRow {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly modified_at: number;
  readonly segments: string;
  readonly checksum: string | null;
}

interface Ports {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly bodies: BodyFolder;
  nextSequence(): number;
}

/** Prepares the statements and composes the store. */
export function uploadStore({ database, clock, bodies, nextSequence }: Ports): UploadStore {
  const insert = database.prepare('INSERT INTO s3_upload VALUES (?, ?, ?, ?, ?, ?, ?)');
  const byId = database.prepare('SELECT * FROM s3_upload WHERE upload_id = ?');
  const drop = database.prepare('DELETE FROM s3_upload WHERE sequence = ?');
  const putPart = database.prepare('INSERT OR REPLACE INTO s3_part VALUES (?, ?, ?, ?, ?, ?, ?)');
  const readPart = database.prepare('SELECT * FROM s3_part WHERE upload = ? AND number = ?');
  const readParts = database.prepare('SELECT * FROM s3_part WHERE upload = ? ORDER BY number');
  const dropParts = database.prepare('DELETE FROM s3_part WHERE upload = ?');

  function get(bucket: string, key: string, uploadId: string): Upload {
    const row = byId.get(uploadId) as unknown as UploadRow | undefined;
    if (!row || row.bucket !== bucket || row.key !== key) throw noSuchUpload(uploadId);
    return toUpload(row);
  }

  const parts = (upload: Upload) => (readParts.all(upload.sequence) as unknown as PartRow[]).map(toPart);

  function forget(upload: Upload): void {
    drop.run(upload.sequence);
    dropParts.run(upload.sequence);
  }

  return {
    get,
    parts,
    forget,
    start: (upload) =>
      transaction(database, () => {
        const { bucket, key, attributes, checksum } = upload;
        const uploadId = randomBytes(24).toString('hex');
        const started = { ...upload, sequence: nextSequence(), uploadId, startedAt: clock.now() };
        const texts = [JSON.stringify(attributes), checksum ? JSON.stringify(checksum) : null];
        insert.run(started.sequence, uploadId, bucket, key, started.startedAt, ...texts);
        return started;
      }),
    addPart(upload, number, body) {
      const { size, md5: etag, segments, checksum } = body;
      const part = { number, size, etag, modifiedAt: clock.now(), segments, checksum };
      const texts = [JSON.stringify(segments), checksum ? JSON.stringify(checksum) : null];
      const replaced = transaction(database, () => {
        get(upload.bucket, upload.key, upload.uploadId);
        const before = readPart.get(upload.sequence, number) as unknown as PartRow | undefined;
        putPart.run(upload.sequence, number, size, etag, part.modifiedAt, ...texts);
        return before;
      });
      if (replaced) bodies.remove(toPart(replaced));
      return part;
    },
    abort(upload) {
      const files = parts(upload);
      transaction(database, () => forget(upload));
      for (const part of files) bodies.remove(part);
    },
  };
}

/** Reads a row of the uploads' table. */
export function toUpload(row: UploadRow): Upload {
  return {
    sequence: row.sequence,
    uploadId: row.upload_id,
    bucket: row.bucket,
    key: row.key,
    startedAt: row.started_at,
    attributes: JSON.parse(row.attributes),
    checksum: row.checksum === null ? undefined : JSON.parse(row.checksum),
  };
}

function toPart(row: PartRow): Part {
  return {
    number: row.number,
    size: row.size,
    etag: row.etag,
    modifiedAt: row.modified_at,
    segments: JSON.parse(row.segments),
    checksum: row.checksum === null ? undefined : JSON.parse(row.checksum),
  };
}
