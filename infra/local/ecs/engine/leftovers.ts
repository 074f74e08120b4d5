import { spawnSync } from 'node:child_process';
import type { DatabaseSync } from 'node:sqlite';
import type { EngineName } from './container-engine.ts';

/** What tasks have with container engines: written down before it is made, so that none outlives the stand-in for good. */
export interface EngineRecords {
  record(taskId: string, engine: EngineName, kind: 'container' | 'volume', name: string): void;
  forget(taskId: string): void;
  /** Removes what a stand-in that died has left of its tasks, and waits for it. */
  removeAll(): void;
}

/** Records over the stand-in's database. */
export function engineRecords(database: DatabaseSync): EngineRecords {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO ecs_engine_thing (name, kind, engine, task_id) VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM ecs_engine_thing WHERE task_id = ?');
  const all = database.prepare('SELECT DISTINCT engine FROM ecs_engine_thing');
  const names = database.prepare('SELECT name FROM ecs_engine_thing WHERE engine = ? AND kind = ?');
  const clear = database.prepare('DELETE FROM ecs_engine_thing WHERE engine = ?');
  return {
    record: (taskId, engine, kind, name) => void insert.run(name, kind, engine, taskId),
    forget: (taskId) => void remove.run(taskId),
    removeAll() {
      for (const { engine } of all.all()) {
        const program = String(engine);
        const named = (kind: string) => names.all(program, kind).map(({ name }) => String(name));
        const clean = (...args: string[]) => spawnSync(program, args, { stdio: 'ignore' });
        const [containers, volumes] = [named('container'), named('volume')];
        // At once, rather than after a request to end that podman would wait for.
        if (containers.length > 0) clean('kill', '--signal', 'KILL', ...containers);
        if (containers.length > 0) clean('rm', '--force', '--volumes', ...containers);
        if (volumes.length > 0) clean('volume', 'rm', '--force', ...volumes);
        clear.run(program);
      }
    },
  };
}
