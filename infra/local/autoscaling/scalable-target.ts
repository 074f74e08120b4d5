import { z } from 'zod';
import { AwsError, notImplemented } from '../http/aws-error.ts';

/** What identifies a scalable target in the API. Only ECS services are scaled here. */
export interface TargetKey {
  /** `service/CLUSTER/SERVICE`. */
  readonly resourceId: string;
}

export interface SuspendedState {
  readonly in: boolean;
  readonly out: boolean;
  readonly scheduled: boolean;
}

/** What the last scaling leaves behind for its cooldown. */
export interface LastScaling {
  readonly direction: 'out' | 'in';
  /** When it was, Unix epoch in milliseconds. */
  readonly at: number;
  /** Unix epoch, milliseconds. */
  readonly cooldownUntil: number;
  /** Capacity before the scaling that began the cooldown. */
  readonly capacityBefore: number;
}

export interface ScalableTarget extends TargetKey {
  readonly id: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly roleArn: string;
  readonly suspended: SuspendedState;
  readonly createdAt: number;
  readonly lastScaling?: LastScaling | undefined;
  /** Set for a target of the template: its properties, as JSON text, when the template last changed them. */
  readonly declared?: string | undefined;
}

export const NAMESPACE = 'ecs';
export const DIMENSION = 'ecs:service:DesiredCount';

const DIMENSION_OF_OTHERS = /^[\w-]+:[\w-]+:[\w-]+$/;

/** The ServiceNamespace parameter: `ecs`. */
export const serviceNamespace = z.string().transform((namespace) => {
  if (namespace !== NAMESPACE) throw notImplemented(`Scaling of service namespace ${namespace}`);
  return namespace;
});

/** The ScalableDimension parameter: `ecs:service:DesiredCount`. */
export const scalableDimension = z.string().transform((dimension) => {
  if (dimension === DIMENSION) return dimension;
  if (DIMENSION_OF_OTHERS.test(dimension)) throw notImplemented(`Scaling of dimension ${dimension}`);
  throw new AwsError('ValidationException', `ScalableDimension: expected ${DIMENSION}, got ${dimension}.`);
});

/** The ResourceId parameter: `service/CLUSTER/SERVICE`. */
export const resourceId = z
  .string()
  .regex(/^service\/[^/\s]+\/[^/\s]+$/, 'expected service/CLUSTER/SERVICE, as in service/default/web');

/** What `Ref` gives for a scalable target: the three parts that identify it. */
export function physicalId(target: TargetKey): string {
  return [target.resourceId, DIMENSION, NAMESPACE].join('|');
}

/** A target without a scaling that is yet to come: the run before was on a clock that ran ahead of this one. */
export function withoutFuture(target: ScalableTarget, now: number): ScalableTarget {
  if (target.lastScaling === undefined || target.lastScaling.at <= now) return target;
  return { ...target, lastScaling: undefined };
}

/** The cluster and the service of a resource ID. */
export function serviceOf(target: TargetKey): { cluster: string; service: string } {
  const [, cluster = '', service = ''] = target.resourceId.split('/');
  return { cluster, service };
}
