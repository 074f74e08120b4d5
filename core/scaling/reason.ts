import type { Demand } from './demand.ts';
import { drainSeconds } from './latency-target.ts';
import type { QueueReading, ScalingRule, ScalingSituation } from './scaling.ts';

/** The reason of a tick whose reading made no sense. */
export const UNREADABLE = 'The reading of the queue made no sense: nothing changes.';

/** What a decision came from. */
export interface Considered {
  readonly tasks: number;
  /** Before the bounds. */
  readonly wanted: number;
  readonly desired: number;
  readonly demand: Demand;
  readonly idle: boolean;
  readonly reading: QueueReading;
  readonly situation: ScalingSituation;
  readonly rule: ScalingRule;
}

/** One sentence that an operator can read. */
export function describeDecision(considered: Considered): string {
  const { tasks, wanted, desired, demand, idle, rule } = considered;
  const bound = boundWords(considered);
  if (idle && wanted === 0) return `Nothing to do for ${whole(rule.idleSeconds)} s: ${plural(tasks)}${bound}.`;
  if (!demand.work && wanted === 1 && tasks === desired)
    return `No work: the last task stays until there was none for ${whole(rule.idleSeconds)} s${bound}.`;
  const need = `${needWords(considered)}: `;
  if (tasks > desired || demand.now >= desired) return `${need}${plural(tasks)}${bound}.`;
  if (tasks < desired)
    return `${need}${plural(tasks)} ${tasks === 1 ? 'was' : 'were'} enough for ${whole(rule.holdSeconds)} s${bound}.`;
  return `${need}${plural(tasks)} ${tasks === 1 ? 'stays' : 'stay'}, needed within the last ${whole(rule.holdSeconds)} s${bound}.`;
}

function needWords({ reading, situation, rule }: Considered): string {
  const drain = whole(drainSeconds(rule.latencyTargetSeconds));
  const rate = Number.isFinite(situation.jobsPerSecond) ? situation.jobsPerSecond.toPrecision(2) : 'unknown';
  const work = `${whole(reading.inFlight)} at work`;
  if (reading.visible === 0) return work;
  return `${whole(reading.visible)} waiting at ${Number(rate)} a second and task, to be begun within ${drain} s, ${work}`;
}

function boundWords({ tasks, wanted, situation }: Considered): string {
  if (tasks < wanted) return `, the most allowed (${whole(wanted)} wanted)`;
  return tasks > wanted && tasks === situation.minTasks ? ', the least allowed' : '';
}

const whole = (value: number) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '?');
const plural = (tasks: number) => (tasks === 1 ? '1 task' : `${whole(tasks)} tasks`);
