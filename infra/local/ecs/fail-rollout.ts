import type { Ecs } from './ecs.ts';
import type { Deployment, Service } from './service.ts';

export interface RolloutFailure {
  /** What DescribeServices says of it. */
  readonly reason: string;
  /** Whether the last deployment that was completed comes back. */
  readonly rollback: boolean;
}

/** Ends the newest roll-out of a service as failed, and takes it back where that is wanted and possible. */
export function failRollout(ecs: Ecs, service: Service, primary: Deployment, failure: RolloutFailure): Service {
  const older = service.deployments.slice(1);
  const failed: Deployment = {
    ...primary,
    rolloutState: 'FAILED',
    rolloutStateReason: failure.reason,
    updatedAt: ecs.clock.now(),
  };
  const noted = ecs.services.change(service, { deployments: [failed, ...older] });
  const what = failure.reason.split(': ')[1] ?? failure.reason;
  const said = ecs.services.say(noted, `(deployment ${primary.id}) deployment failed: ${what}`);
  const last = older.find(({ rolloutState }) => rolloutState === 'COMPLETED');
  if (!failure.rollback || !last) return said;
  const cause = failure.reason.split(':')[0] ?? 'ECS deployment failed';
  return ecs.services.deploy(said, last.taskDefinitionArn, `${cause}: rolling back to deploymentId ${last.id}.`);
}
