import type { DatabaseSync } from 'node:sqlite';

/** What UpdateEventSourceMapping last said of mappings: it outlives a boot, as on AWS it outlives what the template says. */
export interface MappingSwitch {
  /** Undefined while only the template has spoken. */
  read(uuid: string): boolean | undefined;
  write(uuid: string, enabled: boolean): void;
}

/** Switches in a table of their own. */
export function mappingSwitch(database: DatabaseSync): MappingSwitch {
  database.exec('CREATE TABLE IF NOT EXISTS lambda_mapping (uuid TEXT PRIMARY KEY, enabled INTEGER NOT NULL) STRICT');
  const select = database.prepare('SELECT enabled FROM lambda_mapping WHERE uuid = ?');
  const upsert = database.prepare(
    'INSERT INTO lambda_mapping VALUES (?, ?) ON CONFLICT DO UPDATE SET enabled = excluded.enabled',
  );
  return {
    read(uuid) {
      const row = select.get(uuid);
      return row === undefined ? undefined : row.enabled === 1;
    },
    write: (uuid, enabled) => void upsert.run(uuid, enabled ? 1 : 0),
  };
}
