import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

/** Ends a subscription. Deliveries that are under way still arrive. */
export const unsubscribe = operation(
  'Unsubscribe',
  z.strictObject({ SubscriptionArn: z.string() }),
  (sns: Sns, { SubscriptionArn }) => {
    sns.store.unsubscribe(SubscriptionArn);
    return {};
  },
);
