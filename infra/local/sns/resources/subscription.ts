import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { FILTER_SCOPES } from '../filter-policy.ts';
import { redrivePolicy } from '../redrive-policy.ts';
import type { SnsStore } from '../store.ts';

/** AWS::SNS::Subscription: `Ref` is its ARN. */
export function subscriptionProvider(sns: SnsStore): ResourceProvider {
  return resourceProvider(
    'AWS::SNS::Subscription',
    z.strictObject({
      TopicArn: z.string(),
      Protocol: z.string(),
      Endpoint: z.string(),
      RawMessageDelivery: z.stringbool().or(z.boolean()).default(false),
      FilterPolicy: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
      FilterPolicyScope: z.enum(FILTER_SCOPES).default('MessageAttributes'),
      RedrivePolicy: redrivePolicy.optional(),
    }),
    ({ TopicArn, Protocol, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy }) => {
      const policy = typeof FilterPolicy === 'object' ? JSON.stringify(FilterPolicy) : FilterPolicy;
      const arn = sns.subscribe({
        topicArn: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        rawMessageDelivery: RawMessageDelivery,
        filter: policy ? { policy, scope: FilterPolicyScope } : undefined,
        deadLetterTargetArn: RedrivePolicy,
      });
      return { ref: arn, attributes: { Arn: arn } };
    },
  );
}
