import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { AutoscalingContext } from '../operations/context.ts';
import { physicalId, resourceId, scalableDimension, serviceNamespace } from '../scalable-target.ts';
import { scheduledAction, scheduledActionKey, scheduledActionShape } from '../scheduled-action.ts';
import { registerTarget, registrationShape } from '../target-registration.ts';

const properties = z.strictObject({
  ServiceNamespace: serviceNamespace,
  ResourceId: resourceId,
  ScalableDimension: scalableDimension,
  ...registrationShape,
  ScheduledActions: z.array(z.strictObject(scheduledActionShape)).default([]),
});

/**
 * AWS::ApplicationAutoScaling::ScalableTarget: `Ref` and `Id` are `service/CLUSTER/NAME|ecs:service:DesiredCount|ecs`. A
 * boot is no deployment: while the template says the same, bounds that a scheduled action has moved stay moved.
 */
export function scalableTargetProvider(
  context: AutoscalingContext,
  wanted: { readonly targets: Set<string>; readonly scheduled: Set<string> },
): ResourceProvider {
  const { store, clock } = context;
  return resourceProvider('AWS::ApplicationAutoScaling::ScalableTarget', properties, (given) => {
    const { ResourceId, ScheduledActions, ...registration } = given;
    const declared = JSON.stringify(registration);
    const existing = store.targets.find(ResourceId);
    if (existing?.declared !== declared) {
      const target = registerTarget(ResourceId, registration, existing, clock.now());
      store.targets.put(ResourceId, { ...target, declared });
    }
    wanted.targets.add(ResourceId);
    for (const action of ScheduledActions) {
      const key = scheduledActionKey({ resourceId: ResourceId, name: action.ScheduledActionName });
      const before = store.scheduled.find(key);
      const now = clock.now();
      store.scheduled.put(
        key,
        scheduledAction(action, { resourceId: ResourceId, now, existing: before, fromTemplate: true }),
      );
      wanted.scheduled.add(key);
    }
    const id = physicalId({ resourceId: ResourceId });
    return { ref: id, attributes: { Id: id } };
  });
}
