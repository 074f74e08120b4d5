import type { Death, Task } from './ecs-service.ts';
import { createLife, type Life } from './life.ts';
import type { Clients, Simulation } from './simulation.ts';

/** A task of ECS that runs: one process, its clients, and what it works on. */
export interface Host {
  readonly task: Task;
  readonly life: Life;
  readonly clients: Clients;
  /** Jobs that it holds. */
  readonly jobs: Map<string, number>;
  /** Ends the process, and has ECS say how it ended. */
  die(death: Death): void;
  /** A death that nobody ordered, of a kind that its jobs may still have. */
  kill(kind: 'killed' | 'exit' | 'machine-lost'): void;
  onDeath(action: () => void): void;
}

const EXITED = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };

/** Ends of a process, as ECS reports them. */
export const DEATHS = {
  exit: (exitCode: number): Death => ({ ...EXITED, exitCode }),
  killed: { ...EXITED, exitCode: 137 },
  outOfMemory: {
    ...EXITED,
    exitCode: 137,
    containerReason: 'OutOfMemoryError: Container killed due to memory usage',
  },
  machineLost: { stopCode: 'InfrastructureHealth', stoppedReason: 'The instance is not healthy' },
  scaledIn: {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Scaling activity initiated by deployment',
    exitCode: 0,
  },
  notHeeding: {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Scaling activity initiated by deployment',
    exitCode: 137,
  },
  byHand: { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user', exitCode: 143 },
} as const;

/** Deaths of a job's worker that may be held against it: with a third, refusing the job would be right. */
const DEATHS_OF_A_JOB = 2;

export function createHost(sim: Simulation, task: Task): Host {
  const life = createLife(sim.scheduler);
  const listeners: (() => void)[] = [];
  const jobs = new Map<string, number>();
  const { tally } = sim;

  function die(death: Death): void {
    if (!life.alive) return;
    life.end();
    const { stopCode, exitCode = 'none' } = death;
    sim.trace(() => `${nameOf(task)} ends: ${stopCode}, exit code ${exitCode}, holding ${jobs.size}`);
    sim.ecs.stop(task, death);
    for (const listener of listeners) listener();
  }

  function kill(kind: 'killed' | 'exit' | 'machine-lost'): void {
    tally.kills += 1;
    const blamed = [...jobs.keys()];
    for (const jobId of blamed) tally.interrupted.push({ jobId, at: sim.scheduler.now() });
    const spent = blamed.some((jobId) => (tally.deaths.get(jobId) ?? 0) >= DEATHS_OF_A_JOB);
    if (kind === 'machine-lost' || spent) {
      die(DEATHS.machineLost);
      return;
    }
    for (const jobId of blamed) tally.deaths.set(jobId, (tally.deaths.get(jobId) ?? 0) + 1);
    die(kind === 'exit' ? DEATHS.exit(1) : DEATHS.killed);
  }

  const host: Host = {
    task,
    life,
    jobs,
    clients: sim.clientsOf({ life, strike: kill }),
    die,
    kill,
    onDeath(action) {
      if (life.alive) listeners.push(action);
      else action();
    },
  };
  return host;
}

/** Short, for the trace. */
export function nameOf({ arn, group }: Task): string {
  return `${group} ${Number(arn.slice(-32))}`;
}
