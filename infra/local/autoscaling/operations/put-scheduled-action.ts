import { z } from 'zod';
import { operation } from '../../service.ts';
import { scheduledAction, scheduledActionKey, scheduledActionShape } from '../scheduled-action.ts';
import { type AutoscalingContext, targetParameters } from './context.ts';

/** Creates a scheduled action, or changes what is given of one. */
export const putScheduledAction = operation(
  'PutScheduledAction',
  z.strictObject({ ...targetParameters, ...scheduledActionShape }),
  ({ store, scheduled, clock }: AutoscalingContext, { ResourceId, ...given }) => {
    store.targets.get(ResourceId);
    const key = scheduledActionKey({ resourceId: ResourceId, name: given.ScheduledActionName });
    const existing = store.scheduled.find(key);
    const context = { resourceId: ResourceId, now: clock.now(), existing, fromTemplate: false };
    store.scheduled.put(key, scheduledAction(given, context));
    scheduled.rearm();
    return {};
  },
);
