import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../http/aws-error.ts';
import type { ScalingPolicy } from './policy.ts';
import type { ScalableTarget } from './scalable-target.ts';
import type { ScheduledAction } from './scheduled-action.ts';

export interface NotScaledReason {
  readonly Code: string;
  readonly MaxCapacity?: number;
  readonly MinCapacity?: number;
  readonly CurrentCapacity?: number;
}

export interface Activity {
  readonly id: string;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  /** Unix epoch, milliseconds. */
  readonly startedAt: number;
  /** Absent while it is in progress. */
  readonly endedAt?: number | undefined;
  readonly statusCode: 'Successful' | 'Failed' | 'InProgress' | 'Overridden';
  readonly statusMessage?: string | undefined;
  readonly notScaledReasons?: readonly NotScaledReason[] | undefined;
  /** The desired counts before and after it, of one that changed them. */
  readonly change?: { readonly from: number; readonly to: number } | undefined;
}

/** How many activities are kept of one scalable target. */
const MAX_ACTIVITIES = 200;

/** Scalable targets, policies, scheduled actions and activities. */
export type AutoscalingStore = ReturnType<typeof autoscalingStore>;

export function autoscalingStore(database: DatabaseSync) {
  const targets = documents<ScalableTarget>(database, 'autoscaling_target');
  const policies = documents<ScalingPolicy>(database, 'autoscaling_policy');
  const scheduled = documents<ScheduledAction>(database, 'autoscaling_scheduled_action');
  database.exec(`
    CREATE TABLE IF NOT EXISTS autoscaling_activity (
      id INTEGER PRIMARY KEY, resource TEXT NOT NULL, activity TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS autoscaling_activity_by_resource ON autoscaling_activity (resource, id);
  `);
  const insert = database.prepare('INSERT INTO autoscaling_activity (resource, activity) VALUES (?, ?)');
  const trim = database.prepare(`DELETE FROM autoscaling_activity WHERE resource = ?1 AND id <= (
    SELECT id FROM autoscaling_activity WHERE resource = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${MAX_ACTIVITIES})`);
  const select = database.prepare(
    'SELECT activity FROM autoscaling_activity WHERE ?1 IS NULL OR resource = ?1 ORDER BY id DESC',
  );
  const selectNewest = database.prepare(
    'SELECT activity FROM autoscaling_activity WHERE resource = ? ORDER BY id DESC LIMIT 1',
  );
  const selectRunning = database.prepare(
    `SELECT id, activity FROM autoscaling_activity
     WHERE resource = ? AND json_extract(activity, '$.statusCode') = 'InProgress'`,
  );
  const update = database.prepare('UPDATE autoscaling_activity SET activity = ? WHERE id = ?');

  return {
    targets: {
      ...targets,
      /** Throws ObjectNotFoundException. */
      get(resourceId: string): ScalableTarget {
        const target = targets.find(resourceId);
        if (target) return target;
        throw new AwsError('ObjectNotFoundException', `No scalable target found for resource ID: ${resourceId}.`);
      },
    },
    /** By ARN. */
    policies,
    /** By resource ID and name, joined. */
    scheduled,
    addActivity(activity: Activity): void {
      insert.run(activity.resourceId, JSON.stringify(activity));
      trim.run(activity.resourceId);
    },
    /** Newest first. */
    activities: (resourceId?: string): Activity[] =>
      select.all(resourceId ?? null).map((row) => JSON.parse(String(row.activity)) as Activity),
    /** Ends what is in progress at a target as `end` says, and gives it back. */
    endActivities(resourceId: string, end: (activity: Activity) => Activity): Activity[] {
      return selectRunning.all(resourceId).map((row) => {
        const ended = end(JSON.parse(String(row.activity)) as Activity);
        update.run(JSON.stringify(ended), Number(row.id));
        return ended;
      });
    },
    newestActivity(resourceId: string): Activity | undefined {
      const row = selectNewest.get(resourceId);
      return row && (JSON.parse(String(row.activity)) as Activity);
    },
  };
}

function documents<Document>(database: DatabaseSync, table: string) {
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT`);
  const select = database.prepare(`SELECT document FROM ${table} WHERE key = ?`);
  const selectAll = database.prepare(`SELECT key, document FROM ${table} ORDER BY key`);
  const upsert = database.prepare(`INSERT OR REPLACE INTO ${table} (key, document) VALUES (?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
  return {
    find(key: string): Document | undefined {
      const row = select.get(key);
      return row && (JSON.parse(String(row.document)) as Document);
    },
    list: (): Document[] => selectAll.all().map((row) => JSON.parse(String(row.document)) as Document),
    keys: (): string[] => selectAll.all().map((row) => String(row.key)),
    put: (key: string, document: Document): void => void upsert.run(key, JSON.stringify(document)),
    remove: (key: string): boolean => remove.run(key).changes > 0,
  };
}
