import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Takes targets off a rule. Deliveries that are under way still arrive. */
export const removeTargets = operation(
  'RemoveTargets',
  z.strictObject({
    Rule: ruleName,
    EventBusName: eventBusName,
    Ids: z.array(z.string()).min(1).max(100),
    Force: z.boolean().optional(),
  }),
  ({ store }: EventsContext, input) => {
    store.getRule(input.Rule);
    const missing = input.Ids.filter((id) => !store.removeTarget(input.Rule, id));
    const failedEntries = missing.map((id) => ({
      TargetId: id,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Target ${id} does not exist on rule ${input.Rule}.`,
    }));
    return { FailedEntryCount: failedEntries.length, FailedEntries: failedEntries };
  },
);
