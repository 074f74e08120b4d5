import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../http/aws-error.ts';

export interface Dashboard {
  readonly name: string;
  /** JSON text. */
  readonly body: string;
  /** Unix epoch, milliseconds. */
  readonly modifiedAt: number;
}

/** Dashboards, stored and given back; nothing draws them. */
export type DashboardStore = ReturnType<typeof dashboardStore>;

export function dashboardStore(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS cloudwatch_dashboard (
    name TEXT PRIMARY KEY, body TEXT NOT NULL, modified_at INTEGER NOT NULL
  ) STRICT`);
  const columns = 'name, body, modified_at AS modifiedAt';
  const select = database.prepare(`SELECT ${columns} FROM cloudwatch_dashboard WHERE name = ?`);
  const selectAll = database.prepare(`SELECT ${columns} FROM cloudwatch_dashboard ORDER BY name`);
  const upsert = database.prepare(
    `INSERT INTO cloudwatch_dashboard (name, body, modified_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
     SET body = excluded.body, modified_at = excluded.modified_at WHERE body <> excluded.body`,
  );

  return {
    put: (dashboard: Dashboard) => void upsert.run(dashboard.name, dashboard.body, dashboard.modifiedAt),
    list: () => selectAll.all() as unknown as Dashboard[],
    get(name: string): Dashboard {
      const found = select.get(name);
      if (found) return found as unknown as Dashboard;
      throw new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);
    },
  };
}
