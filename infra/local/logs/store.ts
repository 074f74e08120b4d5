import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import { AwsError } from '../http/aws-error.ts';
import type { LogLine } from '../ports.ts';

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  /** Unix epoch, milliseconds. */
  readonly createdAt: number;
  /** Undefined keeps lines for good. */
  readonly retentionDays: number | undefined;
}

export interface LogStream {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
  readonly firstEventAt: number | undefined;
  readonly lastEventAt: number | undefined;
}

export interface StoredLine extends LogLine {
  /** Rises with every line of the system: the order in which lines arrived. */
  readonly id: number;
  readonly stream: string;
  readonly ingestedAt: number;
}

export interface LineQuery {
  readonly group: string;
  /** All streams when left out. */
  readonly streams?: readonly string[];
  /** Unix epoch, milliseconds; `until` is exclusive. */
  readonly from?: number;
  readonly until?: number;
  /** Lines after this position, in the order of the query. */
  readonly after?: { readonly timestamp: number; readonly id: number };
  readonly newestFirst?: boolean;
  readonly limit: number;
}

export type LogsStore = ReturnType<typeof logsStore>;

/** Groups, streams and lines. A line is a row; time order is an index. */
export function logsStore(
  database: DatabaseSync,
  clock: Clock,
  region: string,
  onAppended: (groupName: string, lines: readonly LogLine[]) => void = () => {},
) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS logs_groups (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, retention_days INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS logs_streams (
      group_name TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,
      first_event_at INTEGER, last_event_at INTEGER, PRIMARY KEY (group_name, name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS logs_lines (
      id INTEGER PRIMARY KEY AUTOINCREMENT, group_name TEXT NOT NULL, stream TEXT NOT NULL,
      timestamp INTEGER NOT NULL, ingested_at INTEGER NOT NULL, message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS logs_lines_by_time ON logs_lines (group_name, timestamp, id);
  `);
  const putGroup = database.prepare('INSERT OR IGNORE INTO logs_groups (name, created_at) VALUES (?, ?)');
  const putStream = database.prepare(
    'INSERT OR IGNORE INTO logs_streams (group_name, name, created_at) VALUES (?, ?, ?)',
  );
  const touchStream = database.prepare(
    `UPDATE logs_streams SET first_event_at = min(coalesce(first_event_at, ?3), ?3),
     last_event_at = max(coalesce(last_event_at, 0), ?4) WHERE group_name = ?1 AND name = ?2`,
  );
  const putLine = database.prepare(
    'INSERT INTO logs_lines (group_name, stream, timestamp, ingested_at, message) VALUES (?, ?, ?, ?, ?)',
  );

  function group(name: string): LogGroup {
    const row = database.prepare('SELECT * FROM logs_groups WHERE name = ?').get(name);
    if (!row) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return readGroup(row, region);
  }

  return {
    group,
    groups: (prefix: string): LogGroup[] =>
      database
        .prepare('SELECT * FROM logs_groups WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name')
        .all(prefix)
        .map((row) => readGroup(row, region)),
    /** Makes a group when there is none; gives whether it was made. */
    createGroup: (name: string): boolean => putGroup.run(name, clock.now()).changes > 0,
    setRetention(name: string, days: number | undefined): void {
      group(name);
      database.prepare('UPDATE logs_groups SET retention_days = ? WHERE name = ?').run(days ?? null, name);
    },
    deleteGroup(name: string): void {
      group(name);
      transaction(database, () => {
        database.prepare('DELETE FROM logs_lines WHERE group_name = ?').run(name);
        database.prepare('DELETE FROM logs_streams WHERE group_name = ?').run(name);
        database.prepare('DELETE FROM logs_groups WHERE name = ?').run(name);
      });
    },
    createStream(groupName: string, name: string): boolean {
      group(groupName);
      return putStream.run(groupName, name, clock.now()).changes > 0;
    },
    /** Throws ResourceNotFoundException for a group or a stream that is not there. */
    requireStream(groupName: string, name: string): void {
      group(groupName);
      const found = database
        .prepare('SELECT 1 FROM logs_streams WHERE group_name = ? AND name = ?')
        .get(groupName, name);
      if (!found) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    },
    streams: (groupName: string, prefix: string): LogStream[] =>
      database
        .prepare('SELECT * FROM logs_streams WHERE group_name = ?2 AND substr(name, 1, length(?1)) = ?1 ORDER BY name')
        .all(prefix, groupName)
        .map(readStream),
    /** Appends lines, making group and stream when they are missing. One transaction: the caller's, if there is one. */
    append(groupName: string, stream: string, lines: readonly LogLine[]): void {
      if (lines.length === 0) return;
      const now = clock.now();
      const times = lines.map(({ timestamp }) => timestamp);
      transaction(database, () => {
        putGroup.run(groupName, now);
        putStream.run(groupName, stream, now);
        for (const { timestamp, message } of lines) putLine.run(groupName, stream, timestamp, now, message);
        touchStream.run(groupName, stream, Math.min(...times), Math.max(...times));
      });
      onAppended(groupName, lines);
    },
    /** Lines in order of time, then of arrival. */
    lines(query: LineQuery): StoredLine[] {
      const { sql, values } = lineQuery(query);
      return database
        .prepare(sql)
        .all(...values)
        .map(readLine);
    },
    /** Drops lines older than their group's retention. */
    dropExpired(): void {
      database
        .prepare(
          `DELETE FROM logs_lines WHERE id IN (
             SELECT line.id FROM logs_lines AS line JOIN logs_groups AS owner ON owner.name = line.group_name
             WHERE owner.retention_days IS NOT NULL AND line.timestamp < ?1 - owner.retention_days * 86400000)`,
        )
        .run(clock.now());
    },
  };
}

function lineQuery(query: LineQuery): { sql: string; values: (string | number)[] } {
  const clauses = ['group_name = ?'];
  const values: (string | number)[] = [query.group];
  const also = (clause: string, ...more: (string | number)[]) => {
    clauses.push(clause);
    values.push(...more);
  };
  if (query.streams) also(`stream IN (${query.streams.map(() => '?').join(', ')})`, ...query.streams);
  if (query.from !== undefined) also('timestamp >= ?', query.from);
  if (query.until !== undefined) also('timestamp < ?', query.until);
  const direction = query.newestFirst ? 'DESC' : 'ASC';
  if (query.after) {
    also(`(timestamp, id) ${query.newestFirst ? '<' : '>'} (?, ?)`, query.after.timestamp, query.after.id);
  }
  const order = `timestamp ${direction}, id ${direction}`;
  return {
    sql: `SELECT * FROM logs_lines WHERE ${clauses.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    values: [...values, query.limit],
  };
}

type Row = Record<string, unknown>;

function readGroup(row: Row, region: string): LogGroup {
  const name = String(row.name);
  return {
    name,
    arn: arn('logs', region, `log-group:${name}:*`),
    createdAt: Number(row.created_at),
    retentionDays: optional(row.retention_days),
  };
}

function readStream(row: Row): LogStream {
  return {
    group: String(row.group_name),
    name: String(row.name),
    createdAt: Number(row.created_at),
    firstEventAt: optional(row.first_event_at),
    lastEventAt: optional(row.last_event_at),
  };
}

function readLine(row: Row): StoredLine {
  return {
    id: Number(row.id),
    stream: String(row.stream),
    timestamp: Number(row.timestamp),
    ingestedAt: Number(row.ingested_at),
    message: String(row.message),
  };
}

function optional(value: unknown): number | undefined {
  return value === null ? undefined : Number(value);
}
