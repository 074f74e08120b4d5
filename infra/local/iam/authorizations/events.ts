import { arn } from '../../account.ts';
import {
  type Authorization,
  type AuthorizationTable,
  lastPart,
  list,
  type Members,
  on,
  text,
} from '../authorization.ts';

/** EventBridge, after the Service Authorization Reference (list_events): rules of the default bus, and the bus. */
export const EVENTS: AuthorizationTable<Members> = {
  DeleteRule: rule('DeleteRule'),
  DescribeEventBus: (input, { region }) => [on('events:DescribeEventBus', busArn(region, input.Name))],
  DescribeRule: rule('DescribeRule'),
  DisableRule: rule('DisableRule'),
  EnableRule: rule('EnableRule'),
  ListEventBuses: () => [on('events:ListEventBuses', '*')],
  ListRuleNamesByTarget: () => [on('events:ListRuleNamesByTarget', '*')],
  ListRules: () => [on('events:ListRules', '*')],
  ListTargetsByRule: rule('ListTargetsByRule', 'Rule'),
  PutEvents: ({ Entries }, { region }) => {
    const buses = new Set(list(Entries).map((entry) => busArn(region, (entry as Members | null)?.EventBusName)));
    return [...buses].map((bus) => on('events:PutEvents', bus));
  },
  PutRule: rule('PutRule'),
  PutTargets: rule('PutTargets', 'Rule'),
  RemoveTargets: rule('RemoveTargets', 'Rule'),
  TestEventPattern: () => [on('events:TestEventPattern', '*')],
};

function rule(action: string, member: 'Name' | 'Rule' = 'Name'): Authorization<Members> {
  return (input, { region }) => [on(`events:${action}`, arn('events', region, `rule/${lastPart(input[member])}`))];
}

function busArn(region: string, name: unknown): string {
  return arn('events', region, `event-bus/${lastPart(text(name) || 'default')}`);
}
