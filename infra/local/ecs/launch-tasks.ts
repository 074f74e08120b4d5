import { AwsError } from '../http/aws-error.ts';
import type { PlacementFailure } from './capacity.ts';
import { placeTasks } from './capacity.ts';
import type { Ecs } from './ecs.ts';
import { newTask, type TaskRequest } from './new-task.ts';
import type { Task } from './task.ts';

/** What came of asking for tasks. */
export interface Launch {
  readonly tasks: readonly Task[];
  readonly failures: readonly PlacementFailure[];
}

/** Stores and launches `count` tasks, as far as there is room. `firstIndex` is how many the same owner has already. */
export function launchTasks(
  ecs: Ecs,
  request: TaskRequest,
  count: number,
  options: { readonly firstIndex?: number; readonly alongside?: (tasks: readonly Task[]) => void } = {},
): Launch {
  const { firstIndex = 0, alongside } = options;
  if (!ecs.runner.accepts()) throw new AwsError('ServerException', 'The local stand-in is stopping.', 500);
  const now = ecs.clock.now();
  const wanted = Array.from({ length: count }, (_, index) => newTask(request, firstIndex + index, ecs.region, now));
  const { placed, failures } = placeTasks(ecs.capacity, ecs.tasks.active(), wanted);
  if (placed.length > 0) ecs.tasks.insert(placed, () => alongside?.(placed));
  for (const task of placed) ecs.runner.launch(task);
  return { tasks: placed, failures };
}
