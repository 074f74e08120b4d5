import type { Scaling } from '../engine/policy.ts';
import type { Random } from '../random.ts';

/** Seconds between two looks of the Kubernetes autoscaler. */
const SYNC_SECONDS = 15;
/** It scales in to the most that was wanted within this, seconds. */
const STABILIZATION_SECONDS = 300;
/** KEDA goes to zero when there was nothing to do for this long, seconds. */
const COOLDOWN_SECONDS = 300;
/** The autoscaler leaves a difference of a tenth alone. */
const TOLERANCE = 0.1;

/**
 * KEDA's SQS scaler: visible and hidden messages by `perTask`. KEDA itself wakes from zero and sends to zero; between, the
 * Kubernetes autoscaler doubles or adds four at most each fifteen seconds. Pods are taken to start as Fargate tasks do.
 */
export function keda(
  options: { readonly pollSeconds: number; readonly perTask: number; readonly ageSeconds: number },
  random: Random,
): Scaling {
  const pollPhase = Math.floor(random.next() * options.pollSeconds);
  const syncPhase = Math.floor(random.next() * SYNC_SECONDS);
  const wanted: { readonly at: number; readonly tasks: number }[] = [];
  let activeAt = Number.NEGATIVE_INFINITY;

  function sync(second: number, desired: number, messages: number): number {
    const ratio = messages / options.perTask / desired;
    const want = Math.abs(ratio - 1) <= TOLERANCE ? desired : Math.max(1, Math.ceil(messages / options.perTask));
    wanted.push({ at: second, tasks: want });
    while ((wanted[0]?.at ?? second) < second - STABILIZATION_SECONDS) wanted.shift();
    if (want > desired) return Math.min(want, Math.max(2 * desired, desired + 4));
    return Math.min(desired, Math.max(...wanted.map(({ tasks }) => tasks)));
  }

  return {
    tick({ second, desired, past }) {
      const { visible, inFlight } = past(options.ageSeconds);
      const messages = visible + inFlight;
      if ((second + pollPhase) % options.pollSeconds === 0) {
        if (messages > 0) activeAt = second;
        if (messages > 0 && desired === 0) return 1;
        if (messages === 0 && desired > 0 && second - activeAt >= COOLDOWN_SECONDS) return 0;
      }
      return desired > 0 && (second + syncPhase) % SYNC_SECONDS === 0 ? sync(second, desired, messages) : desired;
    },
  };
}
