import { z } from 'zod';
import { AwsError, notImplemented } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { FILTER_SCOPES } from '../filter-policy.ts';
import type { Sns } from '../index.ts';
import { redrivePolicyText } from '../redrive-policy.ts';

/** Changes one attribute of a subscription: raw delivery, filter or redrive policy. An empty policy takes it off. */
export const setSubscriptionAttributes = operation(
  'SetSubscriptionAttributes',
  z.strictObject({ SubscriptionArn: z.string(), AttributeName: z.string(), AttributeValue: z.string().default('') }),
  ({ store }: Sns, { SubscriptionArn, AttributeName, AttributeValue }) => {
    const { filter } = store.subscription(SubscriptionArn);
    if (AttributeName === 'RawMessageDelivery') {
      if (AttributeValue !== 'true' && AttributeValue !== 'false')
        throw invalid(AttributeName, 'expected true or false');
      store.setRawMessageDelivery(SubscriptionArn, AttributeValue === 'true');
    } else if (AttributeName === 'FilterPolicy') {
      const scope = filter?.scope ?? 'MessageAttributes';
      store.setFilter(SubscriptionArn, isEmpty(AttributeValue) ? undefined : { policy: AttributeValue, scope });
    } else if (AttributeName === 'FilterPolicyScope') {
      const scope = FILTER_SCOPES.find((known) => known === AttributeValue);
      if (!scope) throw invalid(AttributeName, `expected ${FILTER_SCOPES.join(' or ')}`);
      if (!filter) throw invalid(AttributeName, 'set a FilterPolicy first');
      store.setFilter(SubscriptionArn, { ...filter, scope });
    } else if (AttributeName === 'RedrivePolicy') {
      const policy = redrivePolicyText.optional().safeParse(isEmpty(AttributeValue) ? undefined : AttributeValue);
      if (!policy.success) throw invalid(AttributeName, policy.error.issues[0]?.message ?? 'malformed');
      store.setDeadLetterTarget(SubscriptionArn, policy.data);
    } else {
      throw notImplemented(`Attribute ${AttributeName} of SetSubscriptionAttributes`);
    }
    return {};
  },
);

function isEmpty(policy: string): boolean {
  return policy === '' || /^\s*\{\s*\}\s*$/.test(policy);
}

function invalid(name: string, reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${name}: ${reason}.`);
}
