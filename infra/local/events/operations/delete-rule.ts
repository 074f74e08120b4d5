import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Deletes a rule that has no targets left; one that does not exist is deleted already. */
export const deleteRule = operation(
  'DeleteRule',
  z.strictObject({ Name: ruleName, EventBusName: eventBusName, Force: z.boolean().optional() }),
  ({ store }: EventsContext, input) => {
    store.removeRule(input.Name);
    return {};
  },
);
