import type { DatabaseSync } from 'node:sqlite';
import { type ObjectVersion, toVersion, type VersionRow } from './object-version.ts';

/** The table of object versions: every statement that reads or changes single rows, prepared once. */
export interface VersionTable {
  newest(bucket: string, key: string): ObjectVersion | undefined;
  byId(bucket: string, key: string, versionId: string): ObjectVersion | undefined;
  /** Adds a version as the newest of its key. */
  insert(version: ObjectVersion, inline: Uint8Array | undefined): void;
  /** Removes a version; the one before it becomes the newest. */
  remove(version: ObjectVersion): void;
  setAttributes(version: ObjectVersion): void;
  inlineBody(sequence: number): Uint8Array | undefined;
}

/** Prepares the statements. */
export function versionTable(database: DatabaseSync): VersionTable {
  const newest = database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND is_latest = 1');
  const byId = database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND version_id = ?');
  const retire = database.prepare('UPDATE s3_version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1');
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

  return {
    newest: (bucket, key) => read(newest.get(bucket, key)),
    byId: (bucket, key, versionId) => read(byId.get(bucket, key, versionId)),
    insert(version, inline) {
      const { sequence, bucket, key, versionId, deleteMarker, size, etag, modifiedAt, attributes, segments } = version;
      retire.run(bucket, key);
      const texts = [JSON.stringify(attributes), JSON.stringify(segments)];
      insert.run(sequence, bucket, key, versionId, Number(deleteMarker), size, etag, modifiedAt, ...texts);
      if (inline) insertBody.run(sequence, inline);
    },
    remove(version) {
      remove.run(version.sequence);
      removeBody.run(version.sequence);
      if (version.isLatest) promote.run(version.bucket, version.key);
    },
    setAttributes: (version) => void setAttributes.run(JSON.stringify(version.attributes), version.sequence),
    inlineBody: (sequence) => readBody.get(sequence)?.bytes as Uint8Array | undefined,
  };
}
