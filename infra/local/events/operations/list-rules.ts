import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, paging } from '../default-bus.ts';
import { describeRuleOf, type EventsContext } from './context.ts';

/** Lists rules by prefix, all on one page. */
export const listRules = operation(
  'ListRules',
  z.strictObject({ NamePrefix: z.string().optional(), EventBusName: eventBusName, ...paging }),
  ({ store }: EventsContext, input) => ({
    Rules: store
      .listRules()
      .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''))
      .map((rule) => describeRuleOf(store, rule)),
  }),
);
