import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { EngineRecords } from './engine/leftovers.ts';
import type { Processes } from './processes.ts';
import type { Tasks } from './tasks.ts';

/**
 * Ends what a stand-in that died has left: its tasks are STOPPED, with an event, as tasks on a host that was lost; no
 * process or container of theirs goes on. Also tells of changes that no event has told of, and removes their folders.
 */
export function sweepLeftovers(options: {
  readonly tasks: Tasks;
  readonly processes: Processes;
  readonly records: EngineRecords;
  readonly clock: Clock;
  readonly directory: string;
}): void {
  const { tasks, processes, clock, directory } = options;
  options.records.removeAll();
  tasks.publishMissed();
  for (const task of tasks.active()) {
    processes.killLeftovers(task.taskId);
    const now = clock.now();
    tasks.change(task.taskId, {
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      // Why it was to stop already stays the reason.
      stopCode: task.stopCode ?? 'InfrastructureHealth',
      stoppedReason: task.stoppedReason ?? 'Host terminated: the machine or the stand-in that ran the task is gone.',
      containers: task.containers.map((container) => ({ ...container, lastStatus: 'STOPPED' })),
      times: { ...task.times, stoppingAt: task.times.stoppingAt ?? now, executionStoppedAt: now, stoppedAt: now },
    });
  }
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
}
