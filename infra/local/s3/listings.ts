import type { DatabaseSync } from 'node:sqlite';
import { type ObjectVersion, toVersion, type VersionRow } from './object-version.ts';
import { behindMarker, behindPrefix, type KeyBound, laterOf, type Page, type PageRequest, readPage } from './page.ts';
import { toUpload, type Upload, type UploadRow } from './uploads.ts';

/** Where a listing of versions or uploads goes on: behind a key, or behind one of its versions or uploads. */
export interface Marker {
  readonly key?: string | undefined;
  readonly id?: string | undefined;
}

/** A current object as a listing needs it: a page has a thousand, so nothing is read that is not shown. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** Unix epoch, milliseconds. */
  readonly modified_at: number;
  /** JSON. */
  readonly attributes: string;
}

/** The listings, all read from an index in pages. */
export interface Listings {
  objects(bucket: string, request: PageRequest, from: KeyBound): Page<ListedObject>;
  versions(bucket: string, request: PageRequest, marker: Marker): Page<ObjectVersion>;
  uploads(bucket: string, request: PageRequest, marker: Marker): Page<Upload>;
}

/** Prepares the statements. */
export function listings(database: DatabaseSync): Listings {
  const objects = database.prepare(
    `SELECT key, size, etag, modified_at, attributes FROM s3_version
     WHERE bucket = ? AND key >= ? AND key < ? AND is_latest = 1 AND delete_marker = 0 ORDER BY key`,
  );
  const versions = database.prepare(
    'SELECT * FROM s3_version WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, sequence DESC',
  );
  const olderVersions = database.prepare(
    `SELECT * FROM s3_version WHERE bucket = ?1 AND key = ?2 AND sequence < coalesce(
       (SELECT sequence FROM s3_version WHERE bucket = ?1 AND key = ?2 AND version_id = ?3), 9e18)
     ORDER BY sequence DESC`,
  );
  const uploads = database.prepare(
    'SELECT * FROM s3_upload WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, sequence',
  );
  const laterUploads = database.prepare(
    `SELECT * FROM s3_upload WHERE bucket = ?1 AND key = ?2 AND sequence >
       coalesce((SELECT sequence FROM s3_upload WHERE upload_id = ?3), 0) ORDER BY sequence`,
  );

  /** Scans of one listing: first what is left of the marker's key, then what follows it. */
  function scanner<Raw, Row>(
    bucket: string,
    request: PageRequest,
    marker: Marker,
    statements: { rest: Statement; range: Statement },
    read: (raw: Raw) => Row,
  ): (from?: KeyBound) => Iterable<Row> {
    const { key, id } = marker;
    return function* scan(from) {
      if (from === undefined && key !== undefined && id !== undefined && key.startsWith(request.prefix)) {
        for (const row of statements.rest.iterate(bucket, key, id)) yield read(row as Raw);
      }
      const start = from ?? (key === undefined ? request.prefix : behindMarker(key, request));
      const bounds = [laterOf(start, request.prefix), behindPrefix(request.prefix)] as const;
      for (const row of statements.range.iterate(bucket, ...bounds)) yield read(row as Raw);
    };
  }

  return {
    objects: (bucket, request, from) =>
      // A generator: the statement may begin anew only when the scan before has ended.
      readPage(request, function* scan(next = from) {
        const bounds = [laterOf(next, request.prefix), behindPrefix(request.prefix)] as const;
        yield* objects.iterate(bucket, ...bounds) as unknown as Iterable<ListedObject>;
      }),
    versions: (bucket, request, marker) =>
      readPage(request, scanner(bucket, request, marker, { rest: olderVersions, range: versions }, readVersion)),
    uploads: (bucket, request, marker) =>
      readPage(request, scanner(bucket, request, marker, { rest: laterUploads, range: uploads }, readUpload)),
  };
}

type Statement = ReturnType<DatabaseSync['prepare']>;
const readVersion = (row: VersionRow) => toVersion(row);
const readUpload = (row: UploadRow) => toUpload(row);
