import { readLaunchEnvironment } from '../../../core/launch.ts';
import { objectCreatedBody } from '../../../core/object-event.ts';
import { handleJob } from '../../../worker/handle-job.ts';
import { draining } from '../../../worker/stop-reason.ts';
import { exitCodeOf } from '../../../worker/task.ts';
import type { Task } from './ecs-service.ts';
import { createHost, DEATHS, type Host } from './host.ts';
import { simulatedPorts } from './job-ports.ts';
import type { Simulation } from './simulation.ts';

/** Ends that no job is blamed for, and that it may have: five in a row would rightly fail it. */
const LOSSES_OF_A_JOB = 3;
const DRAIN_MS = 105_000;
const STOP_TIMEOUT_MS = 120_000;
/** A disk that does not answer: the process will not either. */
const FOREVER_MS = 24 * 3_600_000;

/** A task that was launched for one job. */
export interface LaunchedHost {
  readonly host: Host;
  /** StopTask. */
  stop(reason: string): void;
}

/** The command `task`: the one job that it was launched for, as worker/task.ts does it. */
export function runLaunchedTask(sim: Simulation, task: Task): LaunchedHost {
  const { scheduler, chance, faults, tally } = sim;
  const host = createHost(sim, task);
  const variables = task.overrides?.containerOverrides?.[0]?.environment ?? [];
  const environment = Object.fromEntries(variables.map(({ name = '', value }) => [name, value]));
  const { job, attempt, losses = 0 } = readLaunchEnvironment(environment);
  host.jobs.set(job.jobId, 1);
  const budget = new AbortController();
  const ports = simulatedPorts(sim, host, 'task');
  const delivery = { body: objectCreatedBody(job, 'slipway.task'), signal: budget.signal };
  void handleJob(ports, job, delivery).then((end) => {
    host.jobs.clear();
    host.die(DEATHS.exit(exitCodeOf(end)));
  });
  // Once at most, as one of the deaths that the job may have: each is an attempt.
  if (attempt === 1 && losses === 0 && !tally.deaths.has(job.jobId) && faults.draw('task.hung')) {
    tally.deaths.set(job.jobId, 1);
    scheduler.after(chance.between(100, 20_000), () => host.life.stall(FOREVER_MS));
  }
  if (losses < LOSSES_OF_A_JOB && faults.draw('task.machine-lost')) {
    scheduler.after(chance.between(100, 20_000), () => host.life.alive && host.kill('machine-lost'));
  }

  function stop(reason: string): void {
    host.life.resume(() => void host.life.clock.sleep(DRAIN_MS).then(() => budget.abort(draining())));
    scheduler.after(STOP_TIMEOUT_MS, () => host.die(DEATHS.stopped(reason)));
  }

  if (faults.draw('task.stopped-by-hand')) {
    scheduler.after(chance.between(100, 20_000), () => stop('Task stopped by user'));
  }
  return { host, stop };
}
