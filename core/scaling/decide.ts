import { demandOf } from './demand.ts';
import { describeDecision, UNREADABLE } from './reason.ts';
import { respondsTo } from './responder.ts';
import type { QueueReading, ScalingDecision, ScalingMemory, ScalingRule, ScalingSituation } from './scaling.ts';
import { largest, remember } from './window.ts';

export type { QueueReading, ScalingDecision, ScalingMemory, ScalingRule, ScalingSituation } from './scaling.ts';

/** Seconds until the next look: when messages wait, when there is other work or more than the least tasks, and otherwise. */
const SOON_SECONDS = 5;
const AWAKE_SECONDS = 10;
const ASLEEP_SECONDS = 60;

/**
 * How many tasks the service should have. Out at once, to what busy slots and backlog need; in to what they needed at most
 * during the hold; to zero only when nothing was visible or hidden for `idleSeconds`. A reading that makes no sense
 * changes nothing. Pure: the same on AWS, locally and in the simulator (docs/scaling.md).
 */
export function decide(
  rule: ScalingRule,
  memory: ScalingMemory | undefined,
  reading: QueueReading,
  situation: ScalingSituation,
): ScalingDecision {
  const known = memory ?? { inFlight: [], wishes: [], busyAt: 0 };
  const desired = count(situation.desired);
  if (!isSound(reading)) return unchanged(known, desired, situation);
  const { at } = reading;
  const demand = demandOf(rule, known, reading, situation);
  const busyAt = demand.work ? at : lastBusy(known.busyAt, desired, at);
  const idle = !demand.work && at - busyAt >= milliseconds(rule.idleSeconds);
  const wishes = remember(known.wishes, at, Math.max(demand.now, demand.lasting), milliseconds(rule.holdSeconds));
  const wanted = Math.max(demand.now, Math.min(desired, Math.max(largest(wishes), idle ? 0 : 1)));
  const tasks = bounded(wanted, situation);
  return {
    tasks,
    reason: describeDecision({ tasks, wanted, desired, idle, demand, reading, situation, rule }),
    respond: respondsTo(rule, reading, situation),
    lookAgainSeconds: lookAgain(reading, tasks, situation),
    memory: { inFlight: demand.inFlight, wishes, responding: demand.responding, busyAt },
  };
}

function unchanged(memory: ScalingMemory, desired: number, situation: ScalingSituation): ScalingDecision {
  const tasks = bounded(desired, situation);
  return { tasks, reason: UNREADABLE, respond: undefined, lookAgainSeconds: AWAKE_SECONDS, memory };
}

function lookAgain({ visible, inFlight }: QueueReading, tasks: number, situation: ScalingSituation): number {
  if (visible > 0) return SOON_SECONDS;
  return inFlight > 0 || tasks > count(situation.minTasks) ? AWAKE_SECONDS : ASLEEP_SECONDS;
}

/** A service that nobody has watched yet has its whole idle time before it. */
function lastBusy(busyAt: number, desired: number, at: number): number {
  if (Number.isFinite(busyAt) && busyAt > 0) return Math.min(busyAt, at);
  return desired > 0 ? at : 0;
}

function bounded(tasks: number, { minTasks, maxTasks }: ScalingSituation): number {
  const least = count(minTasks);
  return Math.min(Math.max(tasks, least), Math.max(least, count(maxTasks)));
}

function isSound({ at, visible, inFlight }: QueueReading): boolean {
  return [at, visible, inFlight].every((value) => Number.isFinite(value) && value >= 0);
}

const count = (value: number) => (Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0);
const milliseconds = (seconds: number) => (Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 0);
