import type { BusEvent } from '../ports.ts';
import { DIMENSION, NAMESPACE, type ScalableTarget } from './scalable-target.ts';
import type { Activity } from './store.ts';

/**
 * The event of a scaling out that has reached the target's maximum, the only one that Application Auto Scaling has; undefined
 * for any other activity. https://docs.aws.amazon.com/autoscaling/application/userguide/monitoring-eventbridge.html
 */
export function scaledToMaximum(target: ScalableTarget, activity: Activity): BusEvent | undefined {
  const { change, statusCode, startedAt, endedAt = startedAt } = activity;
  if (statusCode !== 'Successful' || !change || change.to <= change.from || change.to !== target.maximum) {
    return undefined;
  }
  return {
    source: 'aws.application-autoscaling',
    detailType: 'Application Auto Scaling Scaling Activity State Change',
    resources: [],
    detail: {
      startTime: time(startedAt),
      endTime: time(endedAt),
      newDesiredCapacity: change.to,
      oldDesiredCapacity: change.from,
      minCapacity: target.minimum,
      maxCapacity: target.maximum,
      resourceId: target.resourceId,
      scalableDimension: DIMENSION,
      serviceNamespace: NAMESPACE,
      statusCode: 'Successful',
      scaledToMax: true,
      direction: 'scale-out',
    },
  };
}

/** Whole seconds, as in the documented example. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
