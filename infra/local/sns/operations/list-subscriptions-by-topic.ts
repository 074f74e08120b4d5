import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';
import { subscriptionMembers } from '../subscription-members.ts';

/** Lists a topic's subscriptions, on one page. */
export const listSubscriptionsByTopic = operation(
  'ListSubscriptionsByTopic',
  z.strictObject({ TopicArn: z.string(), NextToken: z.string().optional() }),
  (sns: Sns, { TopicArn }) => {
    sns.store.topic(TopicArn);
    return { Subscriptions: sns.store.subscriptions(TopicArn).map(subscriptionMembers) };
  },
);
