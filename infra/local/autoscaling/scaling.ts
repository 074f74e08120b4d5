import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type ScalableTarget, serviceOf } from './scalable-target.ts';
import type { Verdict } from './step-scaling.ts';
import type { AutoscalingStore, NotScaledReason } from './store.ts';

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
}

/** Changes capacities and keeps the record of it. */
export function scaling(store: AutoscalingStore, clock: Clock, ecs: ScaledServices): Scaling {
  function capacity(target: ScalableTarget): number {
    const { cluster, service } = serviceOf(target);
    return ecs.desiredCount(cluster, service);
  }

  function setCapacity(target: ScalableTarget, wanted: number, cause: string): void {
    const { cluster, service } = serviceOf(target);
    const startedAt = clock.now();
    const shared = {
      id: randomUUID(),
      resourceId: target.resourceId,
      description: `Setting desired count to ${wanted}.`,
      cause,
      startedAt,
    };
    try {
      ecs.setDesiredCount(cluster, service, wanted, cause);
    } catch (error) {
      const statusMessage = `Failed to set desired count to ${wanted}. Reason: ${error instanceof Error ? error.message : String(error)}`;
      store.addActivity({ ...shared, endedAt: clock.now(), statusCode: 'Failed', statusMessage });
      throw error;
    }
    const statusMessage = `Successfully set desired count to ${wanted}. Change successfully fulfilled by ecs.`;
    store.addActivity({ ...shared, endedAt: clock.now(), statusCode: 'Successful', statusMessage });
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
      setCapacity(target, verdict.capacity, cause);
      store.targets.put(target.resourceId, {
        ...target,
        lastScaling: {
          direction: verdict.capacity > current ? 'out' : 'in',
          cooldownUntil: clock.now() + cooldownSeconds * 1000,
          capacityBefore: verdict.capacityBefore,
        },
      });
    },
    applyBounds(target) {
      const current = capacity(target);
      if (current < target.minimum)
        setCapacity(target, target.minimum, `minimum capacity was set to ${target.minimum}`);
      if (current > target.maximum)
        setCapacity(target, target.maximum, `maximum capacity was set to ${target.maximum}`);
    },
  };
}

function notScaled(target: ScalableTarget, code: string, current: number): NotScaledReason {
  if (code === 'AlreadyAtMaxCapacity') return { Code: code, MaxCapacity: target.maximum };
  if (code === 'AlreadyAtMinCapacity') return { Code: code, MinCapacity: target.minimum };
  return { Code: code, CurrentCapacity: current };
}
