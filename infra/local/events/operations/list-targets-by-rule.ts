import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, paging, ruleName } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Lists the targets of a rule, all on one page. */
export const listTargetsByRule = operation(
  'ListTargetsByRule',
  z.strictObject({ Rule: ruleName, EventBusName: eventBusName, ...paging }),
  ({ store }: EventsContext, input) => ({ Targets: store.listTargets(store.getRule(input.Rule).name) }),
);
