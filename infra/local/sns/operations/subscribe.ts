import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';

export const subscribe = operation(
  'Subscribe',
  z.strictObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: z.string().min(1),
    Attributes: z.strictObject({ RawMessageDelivery: z.enum(['true', 'false']).optional() }).optional(),
    // Nobody has to confirm here: the ARN is always known at once.
    ReturnSubscriptionArn: z.string().optional(),
  }),
  (sns: Sns, { TopicArn, Protocol, Endpoint, Attributes }) => ({
    SubscriptionArn: sns.store.subscribe({
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      rawMessageDelivery: Attributes?.RawMessageDelivery === 'true',
    }),
  }),
);
