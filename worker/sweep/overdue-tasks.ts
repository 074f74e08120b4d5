import { isOverdue, OVERDUE_REASON } from '../../core/overdue.ts';
import type { SweepRun } from './run.ts';

/** Stops launched tasks that have been running for longer than any job can take. The handler of the stop does the rest. */
export async function stopOverdueTasks({ ports, findings, launched, startedAt }: SweepRun): Promise<void> {
  for (const task of [...launched.values()].flat()) {
    if (task.ending || !isOverdue(task, startedAt, ports.jobDeadlineMs)) continue;
    try {
      await ports.launched.stop(task.taskArn, OVERDUE_REASON);
      findings.counts.overdue += 1;
      ports.logger.warn({ taskArn: task.taskArn, jobId: task.jobId }, 'overdue task stopped');
    } catch (error) {
      findings.problem(`the overdue task ${task.taskArn}`, error);
    }
  }
}
