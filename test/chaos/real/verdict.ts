import type { Violation } from '../checker.ts';
import type { Figures } from './figures.ts';
import type { Plan } from './plan.ts';

/**
 * The most starts per upload: what is killed, delivered twice or stalled is started again; a rule of the protocol that
 * is missing shows as more than that.
 */
export const AMPLIFICATION_CEILING = 1.4;

/**
 * A sweep waits for a second only, so on a busy machine it meets workers between an outcome and what follows from it, and
 * does that for some of them. A rule that is missing leaves dozens to it.
 */
const IN_PASSING = 6;

/** Ceilings of a run, and what it did not get to do: what is safe and only wasteful is wrong too, above them. */
export function ceilings(plan: Plan, figures: Figures, moving: string | undefined): Violation[] {
  const found: Violation[] = [];
  const fault = (rule: string, detail: string) =>
    void found.push({ category: 'left open', rule, subject: 'run', detail });
  if (moving !== undefined) fault('never-quiet', `at the deadline there were still ${moving}`);
  if (figures.amplification > AMPLIFICATION_CEILING) {
    fault('amplification', `${figures.amplification.toFixed(2)} starts per upload; at most ${AMPLIFICATION_CEILING}`);
  }
  // A sweep comes when the queues are empty: what it finds then was lost on the way to them. Only a task of its own has
  // nobody who takes its message up again, should the news of its death be lost, or its successor have to wait for room.
  const { requeued, lostEvents, followedUp } = figures.sweeps;
  const { launched } = plan.crashes.kills;
  if (requeued.service > lostEvents) {
    fault('left-to-the-sweep', `${requeued.service} jobs of the service found by sweeps; ${lostEvents} events lost`);
  }
  if (requeued.task > lostEvents + launched) {
    fault('left-to-the-sweep', `${requeued.task} tasks found by sweeps; ${lostEvents} events lost, ${launched} killed`);
  }
  if (followedUp > launched + IN_PASSING)
    fault('left-to-the-sweep', `${followedUp} pointers or letters made up, at most ${launched + IN_PASSING}`);
  // A run that was not disturbed as planned proves less than it says.
  const { crashPoints, stalls } = figures;
  if (crashPoints.missed.length > 0) fault('crash-point-not-reached', crashPoints.missed.join(', '));
  if (stalls.done < stalls.of) fault('stall-not-reached', `${stalls.done} of ${stalls.of}`);
  const refusedAs = Object.keys(figures.badInputs.byReason);
  for (const reason of plan.crashes.kills.poison > 0 ? ['attempts-exhausted', 'killed-worker'] : []) {
    if (!refusedAs.includes(reason)) fault('killer-not-refused', `nothing was refused as ${reason}`);
  }
  return found;
}
