import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Makes a rule match nothing until it is enabled, or until the next boot puts it as the template says. */
export const disableRule = operation(
  'DisableRule',
  z.strictObject({ Name: ruleName, EventBusName: eventBusName }),
  ({ store }: EventsContext, input) => {
    store.putRule({ ...store.getRule(input.Name), state: 'DISABLED' });
    return {};
  },
);
