import { operation } from '../../service.ts';
import { describeTask } from '../describe-task.ts';
import type { Ecs } from '../ecs.ts';
import { runTask as run, runTaskInput } from '../run-task.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
export const runTask = operation('RunTask', runTaskInput, (ecs: Ecs, input) => {
  const { tasks, failures } = run(ecs, input);
  return { tasks: tasks.map((task) => ({ ...describeTask(task), tags: task.tags })), failures };
});
