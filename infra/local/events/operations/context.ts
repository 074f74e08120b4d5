import type { Bus } from '../bus.ts';
import type { EventsStore, Rule } from '../store.ts';

/** What the operations work on. */
export interface EventsContext {
  readonly store: EventsStore;
  readonly bus: Bus;
  readonly region: string;
}

/** A rule in the API's shape. */
export function describeRuleOf(store: EventsStore, rule: Rule) {
  return {
    Name: rule.name,
    Arn: store.ruleArn(rule.name),
    EventPattern: rule.eventPattern,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: 'default',
  };
}
