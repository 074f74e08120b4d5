import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import { transaction } from '../database.ts';
import { AwsError } from '../http/aws-error.ts';
import { nextRun } from './next-run.ts';
import { checkSchedule, recurrenceOf, type Schedule } from './schedule.ts';

/** A schedule with what the service knows about it. Times are Unix epochs in milliseconds. */
export interface StoredSchedule {
  readonly schedule: Schedule;
  readonly anchor: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When it fires next; absent when it is disabled or over. */
  readonly nextAt?: number | undefined;
  readonly clientToken?: string | undefined;
}

/** Schedules, their groups, and when each fires next. */
export type SchedulerStore = ReturnType<typeof schedulerStore>;

/** Opens the store; makes its tables and the default group when they are missing. */
export function schedulerStore(database: DatabaseSync, region: string) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS scheduler_schedule (
      group_name TEXT NOT NULL, name TEXT NOT NULL, stored TEXT NOT NULL, next_at INTEGER, PRIMARY KEY (group_name, name)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS scheduler_schedule_by_next ON scheduler_schedule (next_at) WHERE next_at IS NOT NULL;
    CREATE TABLE IF NOT EXISTS scheduler_group (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
    INSERT OR IGNORE INTO scheduler_group (name, created_at) VALUES ('default', 0);
  `);
  const select = database.prepare('SELECT stored FROM scheduler_schedule WHERE group_name = ? AND name = ?');
  const selectAll = database.prepare('SELECT stored FROM scheduler_schedule ORDER BY group_name, name');
  const selectDue = database.prepare('SELECT stored FROM scheduler_schedule WHERE next_at <= ? ORDER BY next_at');
  const selectNext = database.prepare(
    'SELECT min(next_at) AS nextAt FROM scheduler_schedule WHERE next_at IS NOT NULL',
  );
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO scheduler_schedule (group_name, name, stored, next_at) VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM scheduler_schedule WHERE group_name = ? AND name = ?');
  const selectGroups = database.prepare('SELECT name, created_at AS createdAt FROM scheduler_group ORDER BY name');
  const insertGroup = database.prepare('INSERT OR IGNORE INTO scheduler_group (name, created_at) VALUES (?, ?)');

  function read(row: { stored?: unknown }): StoredSchedule {
    return JSON.parse(String(row.stored)) as StoredSchedule;
  }
  function write(stored: StoredSchedule): void {
    const { GroupName, Name } = stored.schedule;
    upsert.run(GroupName, Name, JSON.stringify(stored), stored.nextAt ?? null);
  }
  function find(group: string, name: string): StoredSchedule | undefined {
    const row = select.get(group, name);
    return row && read(row);
  }
  function listGroups(): { name: string; createdAt: number }[] {
    return selectGroups.all() as { name: string; createdAt: number }[];
  }
  function getGroup(name: string): { name: string; createdAt: number } {
    const group = listGroups().find((candidate) => candidate.name === name);
    if (group) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  return {
    arnOf: (schedule: Pick<Schedule, 'GroupName' | 'Name'>) =>
      arn('scheduler', region, `schedule/${schedule.GroupName}/${schedule.Name}`),
    groupArn: (name: string) => arn('scheduler', region, `schedule-group/${name}`),
    find,
    get(group: string, name: string): StoredSchedule {
      const stored = find(group, name);
      if (stored) return stored;
      throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    },
    list: (): StoredSchedule[] => selectAll.all().map(read),
    /** Makes or replaces a schedule. While its timing stays as it was, so does the time at which it fires next. */
    put(schedule: Schedule, now: number, clientToken?: string): void {
      checkSchedule(schedule);
      getGroup(schedule.GroupName);
      const before = find(schedule.GroupName, schedule.Name);
      const sameTiming = before !== undefined && timingOf(before.schedule) === timingOf(schedule);
      const anchor = sameTiming ? before.anchor : now;
      const enabled = schedule.State === 'ENABLED';
      // From the millisecond before, so that a rate fires at once.
      const nextAt = sameTiming
        ? before.nextAt
        : enabled
          ? nextRun(recurrenceOf(schedule, anchor), now - 1)
          : undefined;
      write({ schedule, anchor, createdAt: before?.createdAt ?? now, modifiedAt: now, nextAt, clientToken });
    },
    delete: (group: string, name: string): boolean => remove.run(group, name).changes > 0,
    /**
     * Passes over what should have fired before `now`, while nothing ran; and counts anew what is yet to come, as the run
     * before may have been on a clock that ran ahead of this one.
     */
    skipMissed(now: number): void {
      transaction(database, () => {
        for (const stored of selectAll.all().map(read)) {
          if (stored.nextAt === undefined) continue;
          const anchor = Math.min(now, stored.anchor);
          write({ ...stored, anchor, nextAt: nextRun(recurrenceOf(stored.schedule, anchor), now - 1) });
        }
      });
    },
    /** Hands over each schedule that is due and notes when it fires next, in one step: never twice for one time. */
    takeDue(now: number, fire: (stored: StoredSchedule, scheduledAt: number) => void): void {
      transaction(database, () => {
        for (const stored of selectDue.all(now).map(read)) {
          fire(stored, stored.nextAt ?? now);
          const nextAt = nextRun(recurrenceOf(stored.schedule, stored.anchor), now);
          const { ActionAfterCompletion, GroupName, Name } = stored.schedule;
          if (nextAt === undefined && ActionAfterCompletion === 'DELETE') remove.run(GroupName, Name);
          else write({ ...stored, nextAt });
        }
      });
    },
    nextAt: () => (selectNext.get()?.nextAt ?? undefined) as number | undefined,
    listGroups,
    getGroup,
    /** False when the group is there already. */
    createGroup: (name: string, now: number): boolean => insertGroup.run(name, now).changes > 0,
  };
}

function timingOf(schedule: Schedule): string {
  const { ScheduleExpression, ScheduleExpressionTimezone, startDate, endDate, State } = schedule;
  return JSON.stringify([ScheduleExpression, ScheduleExpressionTimezone, startDate, endDate, State]);
}
