import type { Violation } from '../checker.ts';
import type { Figures } from './figures.ts';
import type { Plan } from './plan.ts';

/**
 * The most starts per upload: what is killed, delivered twice or stalled is started again; a rule of the protocol that
 * is missing shows as more than that.
 */
export const AMPLIFICATION_CEILING = 1.6;

/** Ceilings of a run: what is safe and only wasteful is wrong too, above them. */
export function ceilings(plan: Plan, figures: Figures, quiet: boolean): Violation[] {
  const fault = (rule: string, subject: string, detail: string): Violation => ({
    category: 'left open',
    rule,
    subject,
    detail,
  });
  const found: Violation[] = [];
  if (!quiet) found.push(fault('never-quiet', 'run', 'something still moved at the deadline'));
  if (figures.amplification > AMPLIFICATION_CEILING) {
    found.push(fault('amplification', 'run', `${figures.amplification.toFixed(2)} of ${AMPLIFICATION_CEILING}`));
  }
  // A sweep comes when the queues are empty: what it finds then was lost on the way to them.
  if (figures.requeuedBySweeps > plan.lostEvents) {
    const detail = `${figures.requeuedBySweeps} jobs were found by sweeps, ${plan.lostEvents} events were lost`;
    found.push(fault('left-to-the-sweep', 'run', detail));
  }
  return found;
}
