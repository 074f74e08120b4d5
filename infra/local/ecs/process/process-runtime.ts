import { planContainer } from '../container-plan.ts';
import type { PlanSources } from '../plan-sources.ts';
import type { Processes } from '../processes.ts';
import type { TaskRuntime } from '../task-runtime.ts';
import { startContainer } from './container-process.ts';
import type { HoldMemory } from './memory-ceiling.ts';

/** Containers as processes of this machine, over the built files: nothing has to be installed for it. */
export function processRuntime(options: {
  readonly sources: PlanSources;
  readonly processes: Processes;
  readonly holdMemory: HoldMemory;
  readonly launcher: readonly string[];
}): TaskRuntime {
  const { sources, processes, holdMemory, launcher } = options;
  return {
    prepare(request) {
      const { taskId } = request.task;
      const plan = planContainer(request, sources);
      return {
        async start() {
          const cgroupName = `${taskId}-${plan.name.slice(0, 60)}`;
          const container = await startContainer(plan, { holdMemory, launcher, cgroupName });
          processes.record(taskId, container.pid, container.cgroupPath);
          return container;
        },
      };
    },
    async clear(taskId) {
      processes.killLeftovers(taskId);
    },
  };
}
