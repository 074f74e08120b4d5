import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';
import { subscriptionMembers } from '../subscription-members.ts';

/** Reads a subscription's attributes. */
export const getSubscriptionAttributes = operation(
  'GetSubscriptionAttributes',
  z.strictObject({ SubscriptionArn: z.string() }),
  ({ store }: Sns, { SubscriptionArn }) => {
    const subscription = store.subscription(SubscriptionArn);
    const attributes = {
      ...subscriptionMembers(subscription),
      PendingConfirmation: 'false',
      RawMessageDelivery: String(subscription.rawMessageDelivery),
      ...(subscription.filter
        ? { FilterPolicy: subscription.filter.policy, FilterPolicyScope: subscription.filter.scope }
        : {}),
      ...(subscription.deadLetterTargetArn
        ? { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: subscription.deadLetterTargetArn }) }
        : {}),
    };
    return { Attributes: new Map(Object.entries(attributes)) };
  },
);
