import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { groupCommit } from '../group-commit.ts';
import type { PublishEvent } from '../ports.ts';
import { risingNumbers } from '../sequence.ts';
import { type BodyFolder, bodyFolder, type Segment } from './bodies.ts';
import { type BucketStore, bucketStore } from './buckets.ts';
import { type Listings, listings } from './listings.ts';
import { type ObjectStore, objectStore } from './objects.ts';
import { createTables } from './schema.ts';
import { type UploadStore, uploadStore } from './uploads.ts';
import { versionTable } from './version-statements.ts';

/** All state of S3: rows in the database, larger bodies in files beside it. */
export interface S3Store {
  readonly region: string;
  readonly clock: Clock;
  readonly bodies: BodyFolder;
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  readonly listings: Listings;
}

export interface S3StoreOptions {
  readonly database: DatabaseSync;
  /** Of S3's own: files in it that no object uses are deleted. */
  readonly directory: string;
  readonly clock: Clock;
  readonly region: string;
  readonly publishEvent: PublishEvent;
}

/** Opens the store and clears away what a kill has left half done. */
export function openS3Store(options: S3StoreOptions): S3Store {
  const { database, directory, clock, region, publishEvent } = options;
  createTables(database);
  const bodies = bodyFolder(directory);
  bodies.removeAllBut(filesInUse(database));
  const buckets = bucketStore(database, clock);
  const nextSequence = risingNumbers(database, 's3_sequence');
  const commits = groupCommit(database);
  const versions = versionTable(database);
  return {
    region,
    clock,
    bodies,
    buckets,
    objects: objectStore({ clock, buckets, bodies, versions, publishEvent, commits, nextSequence }),
    uploads: uploadStore({ database, clock, bodies, nextSequence }),
    listings: listings(database),
  };
}

function filesInUse(database: DatabaseSync): Set<string> {
  const rows = database.prepare(
    "SELECT segments FROM s3_version WHERE segments <> '[]' UNION ALL SELECT segments FROM s3_part",
  );
  const files = new Set<string>();
  for (const row of rows.iterate()) {
    for (const segment of JSON.parse(String(row.segments)) as Segment[]) files.add(segment.file);
  }
  return files;
}
