import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { SnsStore } from '../store.ts';

export function subscriptionProvider(sns: SnsStore): ResourceProvider {
  return resourceProvider(
    'AWS::SNS::Subscription',
    z.strictObject({
      TopicArn: z.string(),
      Protocol: z.string(),
      Endpoint: z.string(),
      RawMessageDelivery: z.stringbool().or(z.boolean()).default(false),
    }),
    ({ TopicArn, Protocol, Endpoint, RawMessageDelivery }) => {
      const arn = sns.subscribe({
        topicArn: TopicArn,
        protocol: Protocol,
        endpoint: Endpoint,
        rawMessageDelivery: RawMessageDelivery,
      });
      return { ref: arn, attributes: { Arn: arn } };
    },
  );
}
