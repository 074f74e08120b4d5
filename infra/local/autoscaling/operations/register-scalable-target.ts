import { z } from 'zod';
import { operation } from '../../service.ts';
import { registerTarget, registrationShape, targetArn } from '../target-registration.ts';
import { type AutoscalingContext, targetParameters } from './context.ts';

/** Makes an ECS service scalable, or changes its bounds; a capacity outside of them is brought inside at once. */
export const registerScalableTarget = operation(
  'RegisterScalableTarget',
  // Tags do nothing locally.
  z.strictObject({ ...targetParameters, ...registrationShape, Tags: z.unknown().optional() }),
  ({ store, scaling, clock, region }: AutoscalingContext, { ResourceId, ...given }) => {
    const target = registerTarget(ResourceId, given, store.targets.find(ResourceId), clock.now());
    // Asked first: a target whose service does not exist is not stored.
    scaling.capacity(target);
    store.targets.put(ResourceId, target);
    scaling.applyBounds(target);
    return { ScalableTargetARN: targetArn(region, target) };
  },
);
