import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import { describeRuleOf, type EventsContext } from './context.ts';

/** Describes one rule. */
export const describeRule = operation(
  'DescribeRule',
  z.strictObject({ Name: ruleName, EventBusName: eventBusName }),
  ({ store }: EventsContext, input) => ({ ...describeRuleOf(store, store.getRule(input.Name)), CreatedBy: ACCOUNT_ID }),
);
