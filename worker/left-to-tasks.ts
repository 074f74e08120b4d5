import { SlipwayError } from '../core/errors.ts';

/** The code of a job that the first responder does not do. */
export const LEFT_TO_TASKS = 'left-to-tasks';

/** Why the first responder leaves a job where it is: no fault of anybody's, and no attempt. */
export function leftToTasks(why: string): SlipwayError {
  return new SlipwayError(LEFT_TO_TASKS, `${why} The job is left to the tasks.`, { retryable: true });
}
