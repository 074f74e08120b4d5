import type { Ecs } from './ecs.ts';
import { type Deployment, primaryOf, type Service } from './service.ts';
import type { Task } from './task.ts';

/** Deployments whose tasks are gone leave; the newest one is complete once everything runs. */
export function settleDeployments(ecs: Ecs, service: Service, steady: boolean): Service {
  const [primary, ...older] = service.deployments;
  if (!primary) return service;
  const active = ecs.tasks.active(service.clusterName, service.name);
  const kept = older.filter(({ id }) => active.some(({ startedBy }) => startedBy === id));
  const completes = steady && primary.rolloutState !== 'COMPLETED';
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

/** Counts a task that failed against the roll-out it belongs to, and ends the roll-out when the circuit breaker trips. */
export function noteFailure(ecs: Ecs, service: Service, task: Task): Service {
  const primary = primaryOf(service);
  if (task.startedBy !== primary.id || primary.rolloutState !== 'IN_PROGRESS') return service;
  const failedTasks = primary.failedTasks + 1;
  const { enable, rollback } = service.deploymentConfiguration.deploymentCircuitBreaker;
  const trips = enable && failedTasks >= breakerThreshold(service.desiredCount);
  const failed: Deployment = {
    ...primary,
    failedTasks,
    updatedAt: ecs.clock.now(),
    ...(trips
      ? { rolloutState: 'FAILED', rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.' }
      : {}),
  };
  const older = service.deployments.slice(1);
  const noted = ecs.services.change(service, { deployments: [failed, ...older] });
  if (!trips) return noted;
  const said = ecs.services.say(noted, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  const last = older.find(({ rolloutState }) => rolloutState === 'COMPLETED');
  if (!rollback || !last) return said;
  return ecs.services.deploy(
    said,
    last.taskDefinitionArn,
    `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`,
  );
}
