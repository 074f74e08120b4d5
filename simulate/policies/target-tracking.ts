import type { View } from '../engine/policy.ts';
import type { Random } from '../random.ts';
import { createMetric } from './metric.ts';

/** A target tracking policy of Application Auto Scaling. */
export interface TargetTracking {
  readonly target: number;
  readonly period: number;
  readonly lag: readonly [number, number];
  value(view: View): number;
  /** Seconds; Application Auto Scaling's default for ECS is 300. */
  readonly outCooldown: number;
  readonly inCooldown: number;
  /** Datapoints in a row below the target before it scales in: 15 minutes' worth. */
  readonly inPoints: number;
}

/** Datapoints in a row above the target before it scales out; nobody can change it. */
const OUT_POINTS = 3;
/** Scaling in waits until the metric is this share of the target. */
const IN_SHARE = 0.9;

/**
 * What a target tracking policy asks for: capacity in proportion to the metric, out after three datapoints, in after fifteen
 * minutes. Within a cooldown it scales out only by what a larger need asks on top of it (Application Auto Scaling User
 * Guide, "Target tracking scaling policies"). From zero it adds one task.
 */
export function trackTarget(policy: TargetTracking, random: Random): (view: View) => number {
  const metric = createMetric({ ...policy, statistic: 'average' }, random);
  const phase = Math.floor(random.next() * policy.period);
  let outAt = Number.NEGATIVE_INFINITY;
  let inAt = Number.NEGATIVE_INFINITY;
  let base = 0;

  function out(view: View, metricNow: number): number {
    const cooling = view.second - outAt < policy.outCooldown;
    const from = cooling ? base : view.desired;
    const wanted = view.desired === 0 ? 1 : Math.ceil((from * metricNow) / policy.target);
    if (wanted <= view.desired) return view.desired;
    if (!cooling) {
      base = Math.max(1, view.desired);
      outAt = view.second;
    }
    return wanted;
  }

  function inward(view: View, metricNow: number): number {
    const cooling = view.second - Math.max(inAt, outAt) < policy.inCooldown;
    const wanted = Math.ceil((view.desired * metricNow) / policy.target);
    if (cooling || wanted >= view.desired) return view.desired;
    inAt = view.second;
    return wanted;
  }

  return (view) => {
    metric.tick(view);
    if ((view.second + phase) % policy.period !== 0) return view.desired;
    const points = metric.last(policy.inPoints);
    const now = points.at(-1) ?? Number.NaN;
    if (points.length >= OUT_POINTS && points.slice(-OUT_POINTS).every((point) => point > policy.target)) {
      return out(view, now);
    }
    const low = points.every((point) => point < policy.target * IN_SHARE);
    return points.length >= policy.inPoints && low ? inward(view, now) : view.desired;
  };
}
