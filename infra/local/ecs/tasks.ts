import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import { nameOf } from './names.ts';
import { isActive, type Task } from './task.ts';

const HOUR_MS = 3_600_000;
/** Stopped tasks stay visible for about an hour. */
const VISIBLE_MS = HOUR_MS;
/** They are kept longer, because a clientToken answers with its tasks for a day. */
const KEPT_MS = 25 * HOUR_MS;

/** Every task, running or stopped in the last day. */
export interface Tasks {
  /** Stores new tasks, and what `alongside` writes, all or nothing; then tells of them. */
  insert(created: readonly Task[], alongside?: () => void): void;
  /** Stores a change that the world hears of: the version rises by one. */
  change(taskId: string, patch: Partial<Task>): Task;
  /** Stores a change without an event, such as protection or tags. */
  amend(taskId: string, patch: Partial<Task>): Task;
  /** By id, whether still visible or not. Throws when there is none. */
  get(taskId: string): Task;
  /** By id, when it has not stopped. */
  findActive(taskId: string): Task | undefined;
  /** By id or ARN, when describe calls would still show it. */
  find(cluster: string, reference: string): Task | undefined;
  /** The cluster's visible tasks, oldest first. */
  list(cluster: string): Task[];
  /** Tasks that have not stopped, oldest first; of one service, when it is named. */
  active(cluster?: string, service?: string): Task[];
  /** Tells again of tasks whose last change may not have been told before a crash. */
  publishMissed(): void;
}

/** Tasks over the stand-in's database; `publish` hears of every change. */
export function tasks(options: { database: DatabaseSync; clock: Clock; publish: (task: Task) => void }): Tasks {
  const { database, clock, publish } = options;
  const add = database.prepare(
    'INSERT INTO ecs_task (task_id, cluster, service, last_status, version, record) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE ecs_task SET last_status = ?, stopped_at = ?, version = ?, record = ? WHERE task_id = ?',
  );
  const published = database.prepare('UPDATE ecs_task SET published_version = ? WHERE task_id = ?');
  const byId = database.prepare('SELECT record FROM ecs_task WHERE task_id = ?');
  const visible = database.prepare(
    'SELECT record FROM ecs_task WHERE cluster = ? AND (stopped_at IS NULL OR stopped_at > ?) ORDER BY seq',
  );
  const running = database.prepare("SELECT record FROM ecs_task WHERE last_status <> 'STOPPED' ORDER BY seq");
  const runningIn = database.prepare(
    "SELECT record FROM ecs_task WHERE cluster = ? AND last_status <> 'STOPPED' ORDER BY seq",
  );
  const untold = database.prepare('SELECT record FROM ecs_task WHERE published_version < version ORDER BY seq');
  const prune = database.prepare('DELETE FROM ecs_task WHERE stopped_at < ?');

  function read(taskId: string): Task {
    const row = byId.get(taskId);
    if (!row) throw new Error(`There is no task ${taskId}.`);
    return parse(row);
  }

  function write(task: Task): Task {
    update.run(task.lastStatus, task.times.stoppedAt ?? null, task.version, JSON.stringify(task), task.taskId);
    return task;
  }

  function tell(task: Task): Task {
    publish(task);
    published.run(task.version, task.taskId);
    return task;
  }

  return {
    insert(created, alongside) {
      transaction(database, () => {
        prune.run(clock.now() - KEPT_MS);
        for (const task of created) {
          const { taskId, clusterName, service, lastStatus, version } = task;
          add.run(taskId, clusterName, service ?? null, lastStatus, version, JSON.stringify(task));
        }
        alongside?.();
      });
      created.forEach(tell);
    },
    change(taskId, patch) {
      const task = read(taskId);
      return tell(write({ ...task, ...patch, version: task.version + 1, updatedAt: clock.now() }));
    },
    amend: (taskId, patch) => write({ ...read(taskId), ...patch }),
    get: read,
    findActive(taskId) {
      const row = byId.get(taskId);
      const task = row && parse(row);
      return task && isActive(task) ? task : undefined;
    },
    find(cluster, reference) {
      const row = byId.get(nameOf(reference));
      const task = row && parse(row);
      const gone = task?.times.stoppedAt !== undefined && task.times.stoppedAt <= clock.now() - VISIBLE_MS;
      return task?.clusterName === cluster && !gone ? task : undefined;
    },
    list: (cluster) => visible.all(cluster, clock.now() - VISIBLE_MS).map(parse),
    active(cluster, service) {
      const found = (cluster === undefined ? running.all() : runningIn.all(cluster)).map(parse);
      return service === undefined ? found : found.filter((task) => task.service === service);
    },
    publishMissed: () => untold.all().map(parse).forEach(tell),
  };
}

function parse(row: Record<string, unknown>): Task {
  return JSON.parse(String(row.record)) as Task;
}
