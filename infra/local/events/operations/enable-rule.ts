import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Makes a disabled rule match again. */
export const enableRule = operation(
  'EnableRule',
  z.strictObject({ Name: ruleName, EventBusName: eventBusName }),
  ({ store }: EventsContext, input) => {
    store.putRule({ ...store.getRule(input.Name), state: 'ENABLED' });
    return {};
  },
);
