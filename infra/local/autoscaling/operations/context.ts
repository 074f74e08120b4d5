import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { integer } from '../../cloudwatch/input-types.ts';
import { DIMENSION, NAMESPACE, resourceId, scalableDimension, serviceNamespace } from '../scalable-target.ts';
import type { Scaling } from '../scaling.ts';
import type { ScheduledScaling } from '../scheduled-scaling.ts';
import type { AutoscalingStore } from '../store.ts';

/** What the operations work on. */
export interface AutoscalingContext {
  readonly store: AutoscalingStore;
  readonly scaling: Scaling;
  readonly scheduled: ScheduledScaling;
  readonly clock: Clock;
  readonly region: string;
  /** The alarms that have an action. */
  alarmsWithAction(actionArn: string): readonly { readonly name: string; readonly arn: string }[];
}

/** Names one target. */
export const targetParameters = {
  ServiceNamespace: serviceNamespace,
  ResourceId: resourceId,
  ScalableDimension: scalableDimension,
};

/** Narrows a list to one target; lists always fit one page. */
export const listParameters = {
  ServiceNamespace: serviceNamespace,
  ResourceId: resourceId.optional(),
  ScalableDimension: scalableDimension.optional(),
  MaxResults: integer.pipe(z.number().min(1)).optional(),
  NextToken: z.string().optional(),
};

/** The members with which every answer names its target. */
export function targetMembers(of: { readonly resourceId: string }) {
  return { ServiceNamespace: NAMESPACE, ResourceId: of.resourceId, ScalableDimension: DIMENSION };
}

/** Epoch seconds, as JSON 1.1 spells a moment. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
