import type { DatabaseSync } from 'node:sqlite';

/** Makes the tables of the stand-in's ECS. Records are JSON; the columns beside them are what lists select by. */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ecs_cluster (
      name TEXT PRIMARY KEY,
      record TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ecs_task_definition (
      family TEXT NOT NULL,
      revision INTEGER NOT NULL,
      status TEXT NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (family, revision)
    );
    CREATE TABLE IF NOT EXISTS ecs_task (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      task_id TEXT NOT NULL UNIQUE,
      cluster TEXT NOT NULL,
      service TEXT,
      last_status TEXT NOT NULL,
      stopped_at INTEGER,
      version INTEGER NOT NULL,
      published_version INTEGER NOT NULL DEFAULT 0,
      record TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS ecs_task_by_cluster ON ecs_task (cluster, last_status);
    CREATE TABLE IF NOT EXISTS ecs_process (
      pid INTEGER NOT NULL,
      started TEXT NOT NULL,
      task_id TEXT NOT NULL,
      cgroup TEXT,
      PRIMARY KEY (pid, started)
    );
    CREATE TABLE IF NOT EXISTS ecs_engine_thing (
      name TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      engine TEXT NOT NULL,
      task_id TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ecs_client_token (
      cluster TEXT NOT NULL,
      token TEXT NOT NULL,
      request TEXT NOT NULL,
      task_ids TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (cluster, token)
    );
    CREATE TABLE IF NOT EXISTS ecs_service (
      cluster TEXT NOT NULL,
      name TEXT NOT NULL,
      record TEXT NOT NULL,
      PRIMARY KEY (cluster, name)
    );
  `);
}
