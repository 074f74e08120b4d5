import { drainSeconds } from './latency-target.ts';
import { lastingJobs, splitWork, withinReach } from './responder.ts';
import type { QueueReading, ScalingMemory, ScalingRule, ScalingSituation, Seen } from './scaling.ts';
import { rateOf, slotsOf } from './task-rate.ts';
import { average, remember } from './window.ts';

/** Scaling in aims at this share of busy slots, so that the next small wave finds one free. */
const BUSY_SHARE = 0.75;
/** SQS's counts are approximate: a twentieth of a task is no reason to start one. */
const TOLERANCE = 0.05;
/** Over this long jobs in flight are averaged, ms. */
const AVERAGE_MS = 60_000;
/** The first responder's jobs are remembered for twice as long as they have to last to be worth a task, ms. */
const RESPONDING_MS = 120_000;

/** What the queue asks for. */
export interface Demand {
  /** Something is visible or hidden. */
  readonly work: boolean;
  /** Tasks that the moment needs. */
  readonly now: number;
  /** Tasks that are enough when it goes on like the last minute. */
  readonly lasting: number;
  /** For the memory. */
  readonly inFlight: readonly Seen[];
  readonly responding: readonly Seen[];
}

/** Busy slots and backlog in tasks. Pure. */
export function demandOf(
  rule: ScalingRule,
  known: ScalingMemory,
  reading: QueueReading,
  situation: ScalingSituation,
): Demand {
  const { at, visible } = reading;
  const slots = slotsOf(rule);
  const { byTasks, byResponder } = splitWork(rule, reading, situation);
  const inFlight = remember(known.inFlight, at, byTasks, AVERAGE_MS);
  const responding = rule.responderSlots ? remember(known.responding ?? [], at, byResponder, RESPONDING_MS) : [];
  const handedOn = lastingJobs(responding);
  const backlog = backlogTasks(rule, Math.max(0, visible - withinReach(rule, situation)), situation);
  const work = visible + reading.inFlight > 0;
  // A service at zero wakes for any work, unless the first responder is there for it.
  const least = work && (situation.desired > 0 || !rule.responderSlots) ? 1 : 0;
  const now = tasksFor((byTasks + handedOn) / slots + backlog, least);
  const lasting = tasksFor((average(inFlight) + handedOn) / (BUSY_SHARE * slots) + backlog, least);
  return { work, now, lasting, inFlight, responding };
}

/** Tasks that work `jobs` off in the time that the latency target leaves. */
function backlogTasks(rule: ScalingRule, jobs: number, situation: ScalingSituation): number {
  return jobs / (rateOf(rule, situation) * drainSeconds(rule.latencyTargetSeconds));
}

function tasksFor(need: number, least: number): number {
  return Math.max(least, Math.ceil(need - TOLERANCE));
}
