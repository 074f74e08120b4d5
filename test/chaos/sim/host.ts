import type { JobId } from '../../../core/job.ts';
import { journalSchema, recordKeys } from '../../../core/outcome.ts';
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
  /** Jobs that it holds no more, but whose attempt it could not close yet. */
  readonly unclosed: Set<string>;
  /** Ends the process, and has ECS say how it ended. */
  die(death: Death): void;
  /** A death that nobody ordered, of a kind that its jobs may still have. */
  kill(kind: 'killed' | 'exit' | 'machine-lost'): void;
  /** A death for which ECS names the memory, by one of its jobs; false when others might have to take the blame. */
  runOutOfMemory(guilty: string): boolean;
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
  stopped: (stoppedReason: string): Death => ({ stopCode: 'UserInitiated', stoppedReason, exitCode: 137 }),
} as const;

/** Deaths of a job's worker that may be held against it: with a third, refusing the job would be right. */
const DEATHS_OF_A_JOB = 2;

export function createHost(sim: Simulation, task: Task): Host {
  const life = createLife(sim.scheduler);
  const listeners: (() => void)[] = [];
  const jobs = new Map<string, number>();
  const unclosed = new Set<string>();
  const { tally } = sim;

  /** What a death may be held against: whatever looks as if it ran. */
  function suspects(): string[] {
    return [...new Set([...jobs.keys(), ...unclosed])];
  }

  function haveSpent(jobIds: readonly string[]): boolean {
    return jobIds.some((jobId) => deathsOf(jobId) >= DEATHS_OF_A_JOB);
  }

  /** Each task of a job's own is an attempt; in the service only those deaths count that it was alone for. */
  function deathsOf(jobId: string): number {
    if (task.group === 'family:job') return tally.deaths.get(jobId) ?? 0;
    const journal = sim.s3.results.get(recordKeys.journal(jobId as JobId));
    if (journal === undefined) return 0;
    const { attempts } = journalSchema.parse(JSON.parse(journal.body.toString()));
    const open = attempts.filter(({ alone, closed, taskArn }) => alone && closed === undefined && taskArn !== task.arn);
    return new Set(open.map(({ taskArn }) => taskArn)).size;
  }

  function blame(jobIds: readonly string[]): void {
    for (const jobId of jobIds) tally.deaths.set(jobId, (tally.deaths.get(jobId) ?? 0) + 1);
  }

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
    for (const jobId of jobs.keys()) tally.interrupted.push({ jobId, at: sim.scheduler.now() });
    const blamed = suspects();
    if (kind === 'machine-lost' || haveSpent(blamed)) {
      die(DEATHS.machineLost);
      return;
    }
    blame(blamed);
    die(kind === 'exit' ? DEATHS.exit(1) : DEATHS.killed);
  }

  function runOutOfMemory(guilty: string): boolean {
    const others = suspects().filter((jobId) => jobId !== guilty);
    if (haveSpent(others)) return false;
    blame(others);
    die(DEATHS.outOfMemory);
    return true;
  }

  const host: Host = {
    task,
    life,
    jobs,
    unclosed,
    clients: sim.clientsOf({ kind: task.group === 'family:sweep' ? 'sweep' : 'worker', life, strike: kill }),
    die,
    kill,
    runOutOfMemory,
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
