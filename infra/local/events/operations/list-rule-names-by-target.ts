import { z } from 'zod';
import { operation } from '../../service.ts';
import { eventBusName, paging } from '../default-bus.ts';
import type { EventsContext } from './context.ts';

/** Lists the rules that send to a target, all on one page. */
export const listRuleNamesByTarget = operation(
  'ListRuleNamesByTarget',
  z.strictObject({ TargetArn: z.string(), EventBusName: eventBusName, ...paging }),
  ({ store }: EventsContext, input) => ({
    RuleNames: store
      .listRules()
      .map((rule) => rule.name)
      .filter((name) => store.listTargets(name).some((target) => target.Arn === input.TargetArn)),
  }),
);
