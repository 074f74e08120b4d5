import type { View } from '../engine/policy.ts';
import type { Random } from '../random.ts';
import { createMetric } from './metric.ts';

/** A step scaling policy and its alarm. */
export interface StepScaling {
  /** Which side of the threshold is an alarm. */
  readonly direction: 'out' | 'in';
  readonly threshold: number;
  readonly period: number;
  readonly statistic: 'average' | 'maximum' | 'last';
  readonly lag: readonly [number, number];
  value(view: View): number;
  /** Periods in a row. */
  readonly evaluations: number;
  /** Seconds. */
  readonly cooldown: number;
  /** From which value on which step counts, ascending. */
  readonly steps: readonly { readonly from: number; readonly change?: number; readonly exact?: number }[];
}

/** While an alarm lasts, its action is invoked once a minute (CloudWatch User Guide). */
const REPEAT_SECONDS = 60;

/**
 * What a step scaling policy asks for. Within its cooldown a larger step adds its difference to the last one
 * (Application Auto Scaling User Guide, "Step scaling policies").
 */
export function stepScale(policy: StepScaling, random: Random): (view: View) => number {
  const metric = createMetric(policy, random);
  const every = Math.min(REPEAT_SECONDS, policy.period);
  const phase = Math.floor(random.next() * every);
  const sign = policy.direction === 'out' ? 1 : -1;
  let inAlarm = false;
  let invokedAt = Number.NEGATIVE_INFINITY;
  let changedAt = Number.NEGATIVE_INFINITY;
  let lastChange = 0;

  function act(view: View, value: number): number {
    const step = policy.steps.findLast(({ from }) => value >= from) ?? (sign < 0 ? policy.steps[0] : undefined);
    if (step === undefined) return view.desired;
    if (step.exact !== undefined)
      return sign > 0 ? Math.max(view.desired, step.exact) : Math.min(view.desired, step.exact);
    const change = step.change ?? 0;
    const cooling = view.second - changedAt < policy.cooldown;
    if (cooling && !(sign > 0 && change > lastChange)) return view.desired;
    const wanted = view.desired + (cooling ? change - lastChange : change);
    lastChange = change;
    if (!cooling) changedAt = view.second;
    return wanted;
  }

  return (view) => {
    metric.tick(view);
    if ((view.second + phase) % every !== 0) return view.desired;
    const points = metric.last(policy.evaluations);
    const breaching = points.every((point) => (sign > 0 ? point >= policy.threshold : point <= policy.threshold));
    if (points.length < policy.evaluations || !breaching) {
      inAlarm = false;
      return view.desired;
    }
    if (inAlarm && view.second - invokedAt < REPEAT_SECONDS) return view.desired;
    inAlarm = true;
    invokedAt = view.second;
    return act(view, points.at(-1) ?? 0);
  };
}
