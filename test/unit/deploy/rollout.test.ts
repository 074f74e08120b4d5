import { expect, test } from 'vitest';
import { judgeRollout, type ServiceDeployment, type ServiceView } from '../../../cli/deploy/rollout.ts';

const OLD = 'arn:aws:ecs:us-east-1:123456789012:task-definition/slipway-dev-worker:6';
const NEW = 'arn:aws:ecs:us-east-1:123456789012:task-definition/slipway-dev-worker:7';

const deployment = (
  status: string,
  taskDefinition: string,
  rolloutState?: string,
  reason?: string,
): ServiceDeployment => ({
  status,
  taskDefinition,
  rolloutState,
  rolloutStateReason: reason,
});

function service(taskDefinition: string, deployments: ServiceDeployment[], events: string[] = []): ServiceView {
  return { taskDefinition, desiredCount: 1, runningCount: 1, deployments, events };
}

test.each<[string, ServiceView, string]>([
  ['its one deployment is complete', service(NEW, [deployment('PRIMARY', NEW, 'COMPLETED')]), 'running'],
  ['there is no circuit breaker, and one deployment', service(NEW, [deployment('PRIMARY', NEW)]), 'running'],
  ['tasks are still started', service(NEW, [deployment('PRIMARY', NEW, 'IN_PROGRESS')]), 'waiting'],
  [
    'old tasks still drain',
    service(NEW, [deployment('PRIMARY', NEW, 'COMPLETED'), deployment('ACTIVE', OLD, 'COMPLETED')]),
    'waiting',
  ],
  ['ECS reports no deployment yet', service(NEW, []), 'waiting'],
  [
    'the circuit breaker has just given up',
    service(NEW, [
      deployment('PRIMARY', OLD, 'IN_PROGRESS'),
      deployment('ACTIVE', NEW, 'FAILED', 'tasks failed to start'),
    ]),
    'rolled-back',
  ],
  ['only the old revision is left', service(OLD, [deployment('PRIMARY', OLD, 'COMPLETED')]), 'rolled-back'],
  ['the primary itself failed', service(NEW, [deployment('PRIMARY', NEW, 'FAILED')]), 'rolled-back'],
  ['no deployment is left, and the old revision', service(OLD, []), 'rolled-back'],
])('when %s', (_when, view, verdict) => {
  expect(judgeRollout(NEW, view).verdict).toBe(verdict);
});

test('a rollback is told with ECS’s reason and the events that say why', () => {
  const view = service(
    OLD,
    [deployment('PRIMARY', OLD, 'COMPLETED', 'ECS deployment circuit breaker: rolling back')],
    [
      '(service w) has reached a steady state.',
      '(service w) was unable to place a task: CannotPullContainerError.',
      '(service w) has started 1 tasks.',
    ],
  );
  expect(judgeRollout(NEW, view)).toEqual({
    verdict: 'rolled-back',
    why: 'ECS deployment circuit breaker: rolling back\n  (service w) was unable to place a task: CannotPullContainerError.',
  });
});
