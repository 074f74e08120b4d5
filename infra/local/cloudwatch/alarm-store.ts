import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import { transaction } from '../database.ts';
import { AwsError } from '../http/aws-error.ts';
import type { AlarmDefinition, CompositeDefinition, State } from './alarm-definition.ts';

/** Who put an alarm: what the template no longer has goes away, what a caller put stays. */
export type AlarmOwner = 'template' | 'caller';

export interface AlarmStatus {
  readonly value: State;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string | undefined;
  /** Unix epoch, milliseconds. */
  readonly at: number;
}

/** An alarm with its state; `Definition` says of which kind. */
export interface Alarm<Definition = AlarmDefinition | CompositeDefinition> {
  readonly definition: Definition;
  readonly arn: string;
  readonly status: AlarmStatus;
  readonly configuredAt: number;
  readonly owner: AlarmOwner;
}

/** An alarm over metrics. */
export type MetricAlarm = Alarm<AlarmDefinition>;

/** An alarm over the states of others. */
export type CompositeAlarm = Alarm<CompositeDefinition>;

export function isComposite(alarm: Alarm): alarm is CompositeAlarm {
  return 'rule' in alarm.definition;
}

export function isMetricAlarm(alarm: Alarm): alarm is MetricAlarm {
  return !isComposite(alarm);
}

export type HistoryType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
  readonly alarm: string;
  readonly at: number;
  readonly type: HistoryType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
}

/** How many history items are kept of one alarm. */
const MAX_HISTORY = 100;

/** Alarms, their states and their history. */
export type AlarmStore = ReturnType<typeof alarmStore>;

export function alarmStore(database: DatabaseSync, region: string) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cloudwatch_alarm (
      name TEXT PRIMARY KEY, definition TEXT NOT NULL, status TEXT NOT NULL, configured_at INTEGER NOT NULL,
      owner TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cloudwatch_history (
      id INTEGER PRIMARY KEY, alarm TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, summary TEXT NOT NULL,
      data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS cloudwatch_history_by_alarm ON cloudwatch_history (alarm, id);
  `);
  const select = database.prepare('SELECT * FROM cloudwatch_alarm ORDER BY name');
  const upsert = database.prepare(
    `INSERT INTO cloudwatch_alarm (name, definition, status, configured_at, owner) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, configured_at = excluded.configured_at,
       owner = excluded.owner`,
  );
  const updateStatus = database.prepare('UPDATE cloudwatch_alarm SET status = ? WHERE name = ?');
  const remove = database.prepare('DELETE FROM cloudwatch_alarm WHERE name = ?');
  const insertHistory = database.prepare(
    'INSERT INTO cloudwatch_history (alarm, at, type, summary, data) VALUES (?, ?, ?, ?, ?)',
  );
  const trimHistory = database.prepare(`DELETE FROM cloudwatch_history WHERE alarm = ?1 AND id <= (
    SELECT id FROM cloudwatch_history WHERE alarm = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${MAX_HISTORY})`);
  const selectHistory = database.prepare(
    `SELECT alarm, at, type, summary, data FROM cloudwatch_history
     WHERE (?1 IS NULL OR alarm = ?1) AND (?2 IS NULL OR type = ?2) AND at >= ?3 AND at <= ?4 ORDER BY id DESC LIMIT ?5`,
  );
  const removeHistoryAfter = database.prepare('DELETE FROM cloudwatch_history WHERE at > ?');
  // The alarms are read at every evaluation: they are kept in memory until one changes.
  let alarms: ReadonlyMap<string, Alarm> | undefined;

  function all(): ReadonlyMap<string, Alarm> {
    alarms ??= new Map(select.all().map((row) => [String(row.name), alarmOf(row, region)]));
    return alarms;
  }
  function addHistory(item: HistoryItem): void {
    insertHistory.run(item.alarm, item.at, item.type, item.summary, item.data);
    trimHistory.run(item.alarm);
  }
  function put(definition: AlarmDefinition | CompositeDefinition, owner: AlarmOwner, now: number): Alarm {
    const existing = all().get(definition.name);
    const text = JSON.stringify(definition);
    if (existing && existing.owner === owner && JSON.stringify(existing.definition) === text) return existing;
    const status: AlarmStatus = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', at: now };
    transaction(database, () => {
      upsert.run(definition.name, text, JSON.stringify(status), now, owner);
      const summary = existing ? `Alarm "${definition.name}" updated` : `Alarm "${definition.name}" created`;
      const data = { version: '1.0', type: existing ? 'Update' : 'Create', updatedAlarm: definition };
      addHistory({
        alarm: definition.name,
        at: now,
        type: 'ConfigurationUpdate',
        summary,
        data: JSON.stringify(data),
      });
    });
    alarms = undefined;
    return get(definition.name);
  }
  function get(name: string): Alarm {
    const alarm = all().get(name);
    if (alarm) return alarm;
    throw new AwsError('ResourceNotFound', `Alarm ${name} does not exist.`, 404);
  }

  return {
    put,
    get,
    list: (): Alarm[] => [...all().values()],
    setStatus(name: string, status: AlarmStatus): void {
      updateStatus.run(JSON.stringify(status), name);
      alarms = undefined;
    },
    remove(name: string): void {
      remove.run(name);
      alarms = undefined;
    },
    /** Moves what is said to be yet to come to the present. */
    forgetAfter(now: number): void {
      for (const { definition, status } of all().values()) {
        if (status.at > now) updateStatus.run(JSON.stringify({ ...status, at: now }), definition.name);
      }
      removeHistoryAfter.run(now);
      alarms = undefined;
    },
    addHistory,
    history: (filter: HistoryFilter): HistoryItem[] =>
      selectHistory.all(
        filter.alarm ?? null,
        filter.type ?? null,
        filter.from ?? 0,
        filter.to ?? Number.MAX_SAFE_INTEGER,
        filter.limit ?? MAX_HISTORY,
      ) as unknown as HistoryItem[],
  };
}

export interface HistoryFilter {
  readonly alarm?: string | undefined;
  readonly type?: HistoryType | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
}

function alarmOf(row: Record<string, unknown>, region: string): Alarm {
  return {
    definition: JSON.parse(String(row.definition)),
    arn: arn('cloudwatch', region, `alarm:${row.name}`),
    status: JSON.parse(String(row.status)),
    configuredAt: Number(row.configured_at),
    owner: row.owner === 'template' ? 'template' : 'caller',
  };
}
