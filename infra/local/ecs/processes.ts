import type { DatabaseSync } from 'node:sqlite';
import { taskMarker } from './agent/agent-uris.ts';
import type { Cgroups } from './process/cgroup.ts';
import { removeCgroup } from './process/memory-ceiling.ts';
import { groupOf, killGroup, processesMarked, signal, startedOf } from './process/process-identity.ts';

/** Which processes of this machine belong to tasks: written down so that none outlives the stand-in. */
export interface Processes {
  record(taskId: string, pid: number, cgroupPath: string | undefined): void;
  /** Kills what is left of a task that has ended, or whose stand-in has died, wherever it has moved. */
  killLeftovers(taskId: string): void;
}

/** Records over the stand-in's database. */
export function processes(database: DatabaseSync, cgroups: Cgroups | undefined): Processes {
  const insert = database.prepare(
    'INSERT OR REPLACE INTO ecs_process (pid, started, task_id, cgroup) VALUES (?, ?, ?, ?)',
  );
  const byTask = database.prepare('SELECT pid, started, cgroup FROM ecs_process WHERE task_id = ?');
  const remove = database.prepare('DELETE FROM ecs_process WHERE task_id = ?');
  return {
    record: (taskId, pid, cgroupPath) => void insert.run(pid, startedOf(pid) ?? '', taskId, cgroupPath ?? null),
    killLeftovers(taskId) {
      for (const row of byTask.all(taskId)) {
        const pid = Number(row.pid);
        // The number alone may be another program's by now.
        if (startedOf(pid) !== undefined && startedOf(pid) === row.started) killGroup(pid);
        if (row.cgroup !== null && cgroups) emptyCgroup(cgroups, String(row.cgroup));
      }
      for (const pid of processesMarked(taskMarker(taskId))) {
        killGroup(ownGroup(pid));
        signal(pid, 'SIGKILL');
      }
      remove.run(taskId);
    },
  };
}

/** The group of a task's process, unless that is our own: a task's program may start the stand-in again, in a test. */
function ownGroup(pid: number): number {
  const group = groupOf(pid) ?? 0;
  return group === groupOf(process.pid) ? 0 : group;
}

function emptyCgroup(cgroups: Cgroups, path: string): void {
  const cgroup = cgroups.open(path);
  for (const pid of cgroup.pids()) signal(pid, 'SIGKILL');
  removeCgroup(cgroup);
}
