import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { scheduledActionKey } from '../scheduled-action.ts';
import { type AutoscalingContext, targetParameters } from './context.ts';

/** Deletes a scheduled action. */
export const deleteScheduledAction = operation(
  'DeleteScheduledAction',
  z.strictObject({ ...targetParameters, ScheduledActionName: z.string().min(1) }),
  ({ store, scheduled }: AutoscalingContext, { ResourceId, ScheduledActionName }) => {
    if (!store.scheduled.remove(scheduledActionKey({ resourceId: ResourceId, name: ScheduledActionName }))) {
      throw new AwsError('ObjectNotFoundException', `No scheduled action found: ${ScheduledActionName}.`);
    }
    scheduled.rearm();
    return {};
  },
);
