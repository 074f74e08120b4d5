import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { PublishEvent } from '../ports.ts';
import { type ScalableTarget, serviceOf } from './scalable-target.ts';
import { scaledToMaximum } from './scaled-to-maximum.ts';
import type { Verdict } from './step-scaling.ts';
import type { Activity, AutoscalingStore, NotScaledReason } from './store.ts';

/** What is scaled: the desired counts of ECS services. */
export interface ScaledServices {
  desiredCount(cluster: string, service: string): number;
  setDesiredCount(cluster: string, service: string, desiredCount: number, reason: string): void;
}

export interface Scaling {
  /** The present capacity of a target. */
  capacity(target: ScalableTarget): number;
  /** Carries a policy's verdict out, or writes down why nothing is done. */
  carryOut(target: ScalableTarget, verdict: Verdict, why: { cause: string; cooldownSeconds: number }): void;
  /** Brings a target's capacity within its bounds. */
  applyBounds(target: ScalableTarget): void;
  /** Hears that a service has as many tasks as it wants: what was in progress for it has succeeded. */
  fulfilled(target: ScalableTarget): void;
}

export interface ScalingOptions {
  readonly store: AutoscalingStore;
  readonly clock: Clock;
  readonly ecs: ScaledServices;
  readonly publishEvent: PublishEvent;
}

/** Changes capacities and keeps the record of it, in the words of AWS. */
export function scaling({ store, clock, ecs, publishEvent }: ScalingOptions): Scaling {
  function capacity(target: ScalableTarget): number {
    const { cluster, service } = serviceOf(target);
    return ecs.desiredCount(cluster, service);
  }

  function setCapacity(target: ScalableTarget, from: number, to: number, cause: string): void {
    const { cluster, service } = serviceOf(target);
    const begun: Omit<Activity, 'statusCode'> = {
      id: randomUUID(),
      resourceId: target.resourceId,
      description: `Setting desired count to ${to}.`,
      cause,
      startedAt: clock.now(),
      change: { from, to },
    };
    override(target, to);
    try {
      ecs.setDesiredCount(cluster, service, to, cause);
    } catch (error) {
      const statusMessage = `Failed to set desired count to ${to}. Reason: ${error instanceof Error ? error.message : String(error)}`;
      store.addActivity({ ...begun, endedAt: clock.now(), statusCode: 'Failed', statusMessage });
      throw error;
    }
    const statusMessage = `Successfully set desired count to ${to}. Waiting for change to be fulfilled by ecs.`;
    store.addActivity({ ...begun, statusCode: 'InProgress', statusMessage });
  }

  function override(target: ScalableTarget, to: number): void {
    store.endActivities(target.resourceId, (activity) => ({
      ...activity,
      endedAt: clock.now(),
      statusCode: 'Overridden',
      statusMessage: `Successfully set desired count to ${activity.change?.to}. Found it was later changed to ${to}.`,
    }));
  }

  // An alarm tries again every period for as long as it lasts: the same refusal is written down once.
  function recordNotScaled(target: ScalableTarget, cause: string, reason: NotScaledReason): void {
    const newest = store.newestActivity(target.resourceId);
    if (newest?.cause === cause && newest.notScaledReasons?.[0]?.Code === reason.Code) return;
    const now = clock.now();
    store.addActivity({
      id: randomUUID(),
      resourceId: target.resourceId,
      description: 'Attempting to scale due to alarm triggered',
      cause,
      startedAt: now,
      endedAt: now,
      statusCode: 'Failed',
      notScaledReasons: [reason],
    });
  }

  return {
    capacity,
    carryOut(target, verdict, { cause, cooldownSeconds }) {
      const current = capacity(target);
      if (verdict.kind === 'stay') {
        if (verdict.code !== 'Cooldown') recordNotScaled(target, cause, notScaled(target, verdict.code, current));
        return;
      }
      setCapacity(target, current, verdict.capacity, cause);
      store.targets.put(target.resourceId, {
        ...target,
        lastScaling: {
          direction: verdict.capacity > current ? 'out' : 'in',
          at: clock.now(),
          cooldownUntil: clock.now() + cooldownSeconds * 1000,
          capacityBefore: verdict.capacityBefore,
        },
      });
    },
    applyBounds(target) {
      const current = capacity(target);
      const { minimum, maximum } = target;
      if (current < minimum) setCapacity(target, current, minimum, `minimum capacity was set to ${minimum}`);
      if (current > maximum) setCapacity(target, current, maximum, `maximum capacity was set to ${maximum}`);
    },
    fulfilled(target) {
      const current = capacity(target);
      const ended = store.endActivities(target.resourceId, (activity) => ({
        ...activity,
        endedAt: clock.now(),
        ...outcome(activity, current),
      }));
      for (const activity of ended) {
        const event = scaledToMaximum(target, activity);
        if (event) publishEvent(event);
      }
    },
  };
}

/** Somebody may have set another count since, without Application Auto Scaling. */
function outcome({ change }: Activity, current: number): Pick<Activity, 'statusCode' | 'statusMessage'> {
  const done = `Successfully set desired count to ${change?.to}.`;
  if (current !== change?.to) {
    return { statusCode: 'Overridden', statusMessage: `${done} Found it was later changed to ${current}.` };
  }
  return { statusCode: 'Successful', statusMessage: `${done} Change successfully fulfilled by ecs.` };
}

function notScaled(target: ScalableTarget, code: string, current: number): NotScaledReason {
  if (code === 'AlreadyAtMaxCapacity') return { Code: code, MaxCapacity: target.maximum };
  if (code === 'AlreadyAtMinCapacity') return { Code: code, MinCapacity: target.minimum };
  return { Code: code, CurrentCapacity: current };
}
