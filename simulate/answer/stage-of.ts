import type { Options } from '../options.ts';
import { readStage, type Stage } from '../stage.ts';

/** The stage that a command line names, with the latency target that it asks for. */
export async function stageOf({ stage, params, latency }: Options): Promise<Stage> {
  return readStage(stage, latency === undefined ? params : [...params, `latencyTarget=${latency}`]);
}

/** Concurrencies of the first responder that an answer shows beside none. */
export function respondersOf({ responder }: Options, stage: Stage): readonly number[] {
  const concurrency = responder ?? stage.firstResponder;
  return concurrency === 0 ? [] : [concurrency];
}

/** What a table is made with, in one line. */
export function premises(stage: Stage, seeds: number): string {
  return (
    `Stage ${stage.name}: ${stage.slots} slots a task of ${stage.taskCpu / 1024} vCPU, ${stage.minTasks} to ${stage.maxTasks} tasks, ` +
    `latency target ${stage.latencyTarget} s. Simulated, medians of ${seeds} seed${seeds === 1 ? '' : 's'}; list prices, on demand.`
  );
}
