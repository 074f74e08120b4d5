import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';
import { subscriptionMembers } from '../subscription-members.ts';

/** Lists every subscription, on one page. */
export const listSubscriptions = operation(
  'ListSubscriptions',
  z.strictObject({ NextToken: z.string().optional() }),
  (sns: Sns) => ({ Subscriptions: sns.store.subscriptions().map(subscriptionMembers) }),
);
