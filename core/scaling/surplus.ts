/** What the scaler knows when it asks which tasks are too many. */
export interface Excess {
  /** Ids of the service's tasks that nobody has told to stop yet. */
  readonly tasks: readonly string[];
  /** How many there should be. */
  readonly wanted: number;
  /** Those that were too many before. */
  readonly before: readonly string[];
}

/**
 * The tasks that should take on nothing more. ECS spares a task that is at work, and one whose slots are refilled is always
 * at work; one that is told it is too many comes to rest, and then ECS takes it. Those of before come first, as they are
 * the closest to their end. Pure.
 */
export function surplusTasks({ tasks, wanted, before }: Excess): readonly string[] {
  const [known, others] = [
    tasks.filter((task) => before.includes(task)),
    tasks.filter((task) => !before.includes(task)),
  ];
  return [...known, ...others].slice(0, Math.max(0, tasks.length - wanted));
}
