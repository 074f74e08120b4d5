import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** Reads a topic's attributes. */
export const getTopicAttributes = operation(
  'GetTopicAttributes',
  z.strictObject({ TopicArn: z.string() }),
  (sns: Sns, { TopicArn }) => {
    const topic = sns.store.topic(TopicArn);
    const attributes = {
      TopicArn,
      Owner: ACCOUNT_ID,
      DisplayName: topic.displayName,
      SubscriptionsConfirmed: String(sns.store.subscriptions(TopicArn).length),
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
    };
    return { Attributes: new Map(Object.entries(attributes)) };
  },
);
