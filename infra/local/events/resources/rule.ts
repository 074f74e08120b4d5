import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { eventBusName, ruleName } from '../default-bus.ts';
import { type EventsStore, RULE_STATES } from '../store.ts';
import { targetSchema } from '../target.ts';

const properties = z.strictObject({
  Name: ruleName.optional(),
  Description: z.string().optional(),
  EventBusName: eventBusName,
  EventPattern: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  ScheduleExpression: z
    .undefined('scheduled rules are not implemented by the local stand-in: use AWS::Scheduler::Schedule instead')
    .optional(),
  State: z.enum(RULE_STATES).default('ENABLED'),
  // For targets that are not here: accepted and shown.
  RoleArn: z.string().optional(),
  Targets: z.array(targetSchema).default([]),
  // Tags do nothing locally.
  Tags: z.array(z.unknown()).optional(),
});

/** AWS::Events::Rule: `Ref` is the rule's name. The rule and its targets become what the template says, on every boot. */
export function ruleProvider(store: EventsStore): ResourceProvider {
  return resourceProvider('AWS::Events::Rule', properties, (wanted, resource) => {
    if (wanted.EventPattern === undefined) {
      throw new Error(
        `Resource ${resource.logicalId} (AWS::Events::Rule): EventPattern: expected a pattern, got nothing.`,
      );
    }
    const name = wanted.Name ?? resource.generatedName.slice(-64);
    const eventPattern =
      typeof wanted.EventPattern === 'string' ? wanted.EventPattern : JSON.stringify(wanted.EventPattern);
    const rule = {
      name,
      eventPattern,
      state: wanted.State,
      description: wanted.Description,
      roleArn: wanted.RoleArn,
    };
    return { ref: name, attributes: { Arn: store.replaceRule(rule, wanted.Targets) } };
  });
}
