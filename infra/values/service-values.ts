import type { StageParameters } from '../stage-parameters.ts';

/** What the worker itself needs beside its processors, MiB: Node, the streams, the page cache of the file system. */
const WORKER_MIB = 256;

/** How a task of the service divides what it has. */
export function serviceValues({ taskCpu, taskMemory }: Pick<StageParameters, 'taskCpu' | 'taskMemory'>) {
  // One job more than there are CPUs: a decoder runs while another job waits for S3.
  const slots = Math.floor(taskCpu / 1024) + 1;
  return {
    slots,
    /** MiB for each processor of the service when every slot is taken. */
    serviceProcessorMemory: Math.floor((taskMemory - WORKER_MIB) / slots),
    /** MiB for the one processor of a task of the smallest size; a launch with another size overrides it. */
    jobProcessorMemory: taskMemory - WORKER_MIB,
  };
}
