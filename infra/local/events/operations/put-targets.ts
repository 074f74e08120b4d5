import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import { targetSchema } from '../target.ts';
import type { EventsContext } from './context.ts';

/** Adds targets to a rule, or replaces those with the same IDs. */
export const putTargets = operation(
  'PutTargets',
  z.strictObject({ Rule: ruleName, EventBusName: eventBusName, Targets: z.array(targetSchema).min(1).max(100) }),
  ({ store }: EventsContext, input) => {
    store.putTargets(input.Rule, input.Targets);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
);
