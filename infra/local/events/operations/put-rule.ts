import { z } from 'zod';
import { AwsError, notImplemented } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import { RULE_STATES } from '../store.ts';
import type { EventsContext } from './context.ts';

/** Creates a rule or replaces its settings; its targets stay. */
export const putRule = operation(
  'PutRule',
  z.strictObject({
    Name: ruleName,
    EventPattern: z.string().max(4096).optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(RULE_STATES).default('ENABLED'),
    Description: z.string().max(512).optional(),
    RoleArn: z.string().optional(),
    EventBusName: eventBusName,
  }),
  ({ store }: EventsContext, input) => {
    if (input.ScheduleExpression) throw notImplemented('A rule with a ScheduleExpression (use EventBridge Scheduler)');
    if (!input.EventPattern) {
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    const rule = {
      name: input.Name,
      eventPattern: input.EventPattern,
      state: input.State,
      description: input.Description,
      roleArn: input.RoleArn,
    };
    return { RuleArn: store.putRule(rule) };
  },
);
