import type { DatabaseSync } from 'node:sqlite';
import { recent } from '../recent.ts';
import { type ObjectVersion, toVersion, type VersionRow } from './object-version.ts';

/** The table of object versions: every statement that reads or changes single rows, prepared once. */
export interface VersionTable {
  newest(bucket: string, key: string): ObjectVersion | undefined;
  byId(bucket: string, key: string, versionId: string): ObjectVersion | undefined;
  /** Adds a version as the newest of its key. */
  insert(version: ObjectVersion, inline: Uint8Array | undefined): void;
  /** Makes the newest version of a key an older one: another is about to be inserted. */
  retire(version: ObjectVersion): void;
  /** Removes a version in whose place another is about to be inserted. */
  drop(version: ObjectVersion): void;
  /** Removes a version; the one before it becomes the newest. */
  remove(version: ObjectVersion): void;
  setAttributes(version: ObjectVersion): void;
  inlineBody(sequence: number): Uint8Array | undefined;
}

/** Rows of keys that were asked for last, and bodies of at most 16 KiB: some megabytes in all. */
const RECENT_VERSIONS = 5_000;
const RECENT_BODIES = 1_000;

/** Prepares the statements. */
export function versionTable(database: DatabaseSync): VersionTable {
  const newest = database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND is_latest = 1');
  const byId = database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND version_id = ?');
  const retire = database.prepare('UPDATE s3_version SET is_latest = 0 WHERE sequence = ?');
  const insert = database.prepare('INSERT INTO s3_version VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM s3_version WHERE sequence = ?');
  const promote = database.prepare(
    `UPDATE s3_version SET is_latest = 1 WHERE sequence =
      (SELECT sequence FROM s3_version WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
  );
  const setAttributes = database.prepare('UPDATE s3_version SET attributes = ? WHERE sequence = ?');
  const insertBody = database.prepare('INSERT INTO s3_inline_body VALUES (?, ?)');
  const removeBody = database.prepare('DELETE FROM s3_inline_body WHERE sequence = ?');
  const readBody = database.prepare('SELECT bytes FROM s3_inline_body WHERE sequence = ?');
  const read = (row: unknown) => (row === undefined ? undefined : toVersion(row as VersionRow));
  // What was written or read last is asked for next. Whatever changes a key takes it out, so what a rolled back change has
  // left is at worst missing.
  const newestOf = recent<ObjectVersion>(RECENT_VERSIONS);
  const bodies = recent<Uint8Array>(RECENT_BODIES);
  const place = ({ bucket, key }: Pick<ObjectVersion, 'bucket' | 'key'>) => `${bucket}/${key}`;

  function drop(version: ObjectVersion): void {
    const { sequence, segments, size } = version;
    newestOf.forget(place(version));
    bodies.forget(sequence);
    remove.run(sequence);
    if (segments.length === 0 && size > 0) removeBody.run(sequence);
  }

  return {
    newest(bucket, key) {
      const name = place({ bucket, key });
      const known = newestOf.get(name);
      if (known) return known;
      const found = read(newest.get(bucket, key));
      if (found) newestOf.put(name, found);
      return found;
    },
    byId: (bucket, key, versionId) => read(byId.get(bucket, key, versionId)),
    insert(version, inline) {
      const { sequence, bucket, key, versionId, deleteMarker, size, etag, modifiedAt, attributes, segments } = version;
      const texts = [JSON.stringify(attributes), JSON.stringify(segments)];
      insert.run(sequence, bucket, key, versionId, Number(deleteMarker), size, etag, modifiedAt, ...texts);
      newestOf.forget(place(version));
      if (inline && size > 0) insertBody.run(sequence, inline);
    },
    retire(version) {
      newestOf.forget(place(version));
      retire.run(version.sequence);
    },
    drop,
    remove(version) {
      drop(version);
      if (version.isLatest) promote.run(version.bucket, version.key);
    },
    setAttributes(version) {
      newestOf.forget(place(version));
      setAttributes.run(JSON.stringify(version.attributes), version.sequence);
    },
    inlineBody(sequence) {
      const known = bodies.get(sequence);
      if (known) return known;
      const found = readBody.get(sequence)?.bytes as Uint8Array | undefined;
      if (found) bodies.put(sequence, found);
      return found;
    },
  };
}
