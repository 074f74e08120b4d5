import type { Ecs } from './ecs.ts';
import { failRollout } from './fail-rollout.ts';
import { type Deployment, primaryOf, type Service } from './service.ts';

/** What CloudWatch says of an alarm. */
export interface RolloutAlarm {
  readonly inAlarm: boolean;
  /** What one evaluation looks back at, milliseconds. */
  readonly windowMs: number;
}

/** Gives an alarm by name; undefined when there is none. */
export type FindAlarm = (name: string) => RolloutAlarm | undefined;

/**
 * Ends a roll-out of which an alarm is in ALARM. One that was in ALARM when the roll-out began is not looked at: the
 * roll-out may be the cure (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html).
 */
export function noteAlarms(ecs: Ecs, service: Service): Service {
  const primary = primaryOf(service);
  const { alarms } = service.deploymentConfiguration;
  if (!alarms?.enable || primary.rolloutState !== 'IN_PROGRESS') return service;
  const sounding = alarmsOf(ecs, service).some(({ inAlarm }) => inAlarm);
  if (primary.alarmsWatched === undefined) return changePrimary(ecs, service, { alarmsWatched: !sounding });
  if (!primary.alarmsWatched || !sounding) return service;
  return failRollout(ecs, service, primary, {
    reason: 'ECS deployment failed: alarm detected.',
    rollback: alarms.rollback,
  });
}

/**
 * When the roll-out of a service that is steady is complete: its alarms have to stay quiet for as long as they look back.
 * AWS computes this "bake time" from the alarms too, and does not say how.
 */
export function bakedAt(ecs: Ecs, service: Service): number {
  const { alarms } = service.deploymentConfiguration;
  const { steadyAt = ecs.clock.now(), alarmsWatched } = primaryOf(service);
  if (!alarms?.enable || !alarmsWatched) return steadyAt;
  return steadyAt + Math.max(0, ...alarmsOf(ecs, service).map(({ windowMs }) => windowMs));
}

/** Notes since when every wanted task of the newest deployment, and no other, has been running. */
export function noteSteady(ecs: Ecs, service: Service, steady: boolean): Service {
  const { steadyAt, rolloutState } = primaryOf(service);
  if (!steady || steadyAt !== undefined || rolloutState !== 'IN_PROGRESS') return service;
  return changePrimary(ecs, service, { steadyAt: ecs.clock.now() });
}

function alarmsOf(ecs: Ecs, service: Service): RolloutAlarm[] {
  const names = service.deploymentConfiguration.alarms?.alarmNames ?? [];
  return names.flatMap((name) => ecs.findAlarm(name) ?? []);
}

function changePrimary(ecs: Ecs, service: Service, patch: Partial<Deployment>): Service {
  const [primary, ...older] = service.deployments;
  return primary ? ecs.services.change(service, { deployments: [{ ...primary, ...patch }, ...older] }) : service;
}
