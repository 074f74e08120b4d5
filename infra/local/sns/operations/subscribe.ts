import { z } from 'zod';
import { operation } from '../../service.ts';
import { FILTER_SCOPES } from '../filter-policy.ts';
import type { Sns } from '../index.ts';
import { redrivePolicyText } from '../redrive-policy.ts';

/** Subscribes a queue, a function or an e-mail address. Nobody has to confirm. */
export const subscribe = operation(
  'Subscribe',
  z.strictObject({
    TopicArn: z.string(),
    Protocol: z.string(),
    Endpoint: z.string().min(1),
    Attributes: z
      .strictObject({
        RawMessageDelivery: z.enum(['true', 'false']).optional(),
        FilterPolicy: z.string().optional(),
        FilterPolicyScope: z.enum(FILTER_SCOPES).default('MessageAttributes'),
        RedrivePolicy: redrivePolicyText.optional(),
      })
      .optional(),
    // Nobody has to confirm here: the ARN is always known at once.
    ReturnSubscriptionArn: z.string().optional(),
  }),
  (sns: Sns, { TopicArn, Protocol, Endpoint, Attributes }) => ({
    SubscriptionArn: sns.store.subscribe({
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      rawMessageDelivery: Attributes?.RawMessageDelivery === 'true',
      filter: Attributes?.FilterPolicy
        ? { policy: Attributes.FilterPolicy, scope: Attributes.FilterPolicyScope }
        : undefined,
      deadLetterTargetArn: Attributes?.RedrivePolicy,
    }),
  }),
);
