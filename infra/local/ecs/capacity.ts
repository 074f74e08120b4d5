import type { Task } from './task.ts';

/** How much all tasks together may take of this machine; what is left out has no bound. */
export interface Capacity {
  /** CPU units, 1,024 to a core. */
  readonly cpu?: number;
  /** MiB. */
  readonly memory?: number;
  readonly tasks?: number;
}

/** An entry of RunTask's `failures[]`. */
export interface PlacementFailure {
  readonly reason: string;
  readonly detail?: string;
}

/** Parts the tasks, in their order, into those for which there is room beside the active ones and failures for the rest. */
export function placeTasks(
  capacity: Capacity,
  active: readonly Task[],
  wanted: readonly Task[],
): { placed: Task[]; failures: PlacementFailure[] } {
  const placed: Task[] = [];
  const failures: PlacementFailure[] = [];
  for (const task of wanted) {
    const failure = shortage(capacity, [...active, ...placed, task]);
    if (failure) failures.push(failure);
    else placed.push(task);
  }
  return { placed, failures };
}

function shortage(capacity: Capacity, tasks: readonly Task[]): PlacementFailure | undefined {
  const sum = (of: (task: Task) => number) => tasks.reduce((total, task) => total + of(task), 0);
  if (sum((task) => Number(task.memory)) > (capacity.memory ?? Number.POSITIVE_INFINITY)) {
    return { reason: 'RESOURCE:MEMORY', detail: `The tasks may take ${capacity.memory} MiB together.` };
  }
  if (sum((task) => Number(task.cpu)) > (capacity.cpu ?? Number.POSITIVE_INFINITY)) {
    return { reason: 'RESOURCE:CPU', detail: `The tasks may take ${capacity.cpu} CPU units together.` };
  }
  if (tasks.length > (capacity.tasks ?? Number.POSITIVE_INFINITY)) {
    return {
      reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone',
    };
  }
  return undefined;
}
