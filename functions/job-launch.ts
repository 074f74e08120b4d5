import type { LaunchRequest } from '../aws/task-launcher.ts';
import { type LaunchedJob, launchEnvironment, startedByOf } from '../core/launch.ts';
import type { TaskSize } from '../core/task-size.ts';

/** What the worker itself needs beside its processor, MiB: Node, the streams, the page cache of the file system. */
const WORKER_MIB = 256;

/** The request for one task of a job: all that a task must know is in its environment. */
export function jobLaunch(
  launched: LaunchedJob,
  options: {
    readonly taskDefinition: string;
    readonly clientToken: string;
    readonly size?: TaskSize;
    readonly scratchGib?: number;
  },
): LaunchRequest {
  const { taskDefinition, clientToken, size, scratchGib } = options;
  // The one processor of a task of its own may have all the memory that the task was given; the task definition's
  // ceiling is that of its smallest size.
  const ceiling = size === undefined ? {} : { PROCESSOR_MEMORY_MIB: String(size.memory - WORKER_MIB) };
  return {
    taskDefinition,
    clientToken,
    startedBy: startedByOf(launched.job.jobId, launched.attempt),
    changes: {
      environment: { ...launchEnvironment(launched), ...ceiling },
      ...(size === undefined ? {} : { size }),
      ...(scratchGib === undefined ? {} : { scratchGib }),
    },
  };
}
