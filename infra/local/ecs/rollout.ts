import type { Ecs } from './ecs.ts';
import { failRollout } from './fail-rollout.ts';
import { bakedAt, noteSteady } from './rollout-alarms.ts';
import { type Deployment, primaryOf, type Service } from './service.ts';
import type { Task } from './task.ts';

/** Deployments whose tasks are gone leave; the newest one is complete once everything runs and its alarms stayed quiet. */
export function settleDeployments(ecs: Ecs, found: Service, steady: boolean): Service {
  const service = noteSteady(ecs, found, steady);
  const [primary, ...older] = service.deployments;
  if (!primary) return service;
  const active = ecs.tasks.active(service.clusterName, service.name);
  const kept = older.filter(({ id }) => active.some(({ startedBy }) => startedBy === id));
  const completes = steady && primary.rolloutState === 'IN_PROGRESS' && ecs.clock.now() >= bakedAt(ecs, service);
  if (!completes && kept.length === older.length) return service;
  const first: Deployment = completes
    ? {
        ...primary,
        rolloutState: 'COMPLETED',
        rolloutStateReason: `ECS deployment ${primary.id} completed.`,
        updatedAt: ecs.clock.now(),
      }
    : primary;
  const settled = ecs.services.change(service, { deployments: [first, ...kept] });
  return completes ? ecs.services.say(settled, `(deployment ${primary.id}) deployment completed.`) : settled;
}

/**
 * The circuit breaker trips at half the desired count, but at least 3 and at most 200 failed tasks
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
 */
export function breakerThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** A task that has started well takes back the failures before it: the breaker counts those in a row (resetOnHealthyTask). */
export function noteHealthy(ecs: Ecs, service: Service, task: Task): void {
  const primary = primaryOf(service);
  if (task.startedBy !== primary.id || primary.rolloutState !== 'IN_PROGRESS' || primary.failedTasks === 0) return;
  ecs.services.change(service, { deployments: [{ ...primary, failedTasks: 0 }, ...service.deployments.slice(1)] });
}

/** Counts a task that failed against the roll-out it belongs to, and ends the roll-out when the circuit breaker trips. */
export function noteFailure(ecs: Ecs, service: Service, task: Task): Service {
  const primary = primaryOf(service);
  if (task.startedBy !== primary.id || primary.rolloutState !== 'IN_PROGRESS') return service;
  const failedTasks = primary.failedTasks + 1;
  const { enable, rollback } = service.deploymentConfiguration.deploymentCircuitBreaker;
  const trips = enable && failedTasks >= breakerThreshold(service.desiredCount);
  const noted: Deployment = { ...primary, failedTasks, updatedAt: ecs.clock.now() };
  const counted = ecs.services.change(service, { deployments: [noted, ...service.deployments.slice(1)] });
  if (!trips) return counted;
  return failRollout(ecs, counted, noted, {
    reason: 'ECS deployment circuit breaker: tasks failed to start.',
    rollback,
  });
}
