import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { SnsStore } from '../store.ts';

/** AWS::SNS::Topic: `Ref` is its ARN. Subscriptions are added, on every boot the same ones. `keys` gets the KMS key. */
export function topicProvider(sns: SnsStore, keys: Map<string, string | undefined>): ResourceProvider {
  return resourceProvider(
    'AWS::SNS::Topic',
    z.strictObject({
      TopicName: z.string().optional(),
      DisplayName: z.string().optional(),
      Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).default([]),
      // Nothing is encrypted here, but who may use the key is asked all the same.
      KmsMasterKeyId: z.string().optional(),
      // Delivery logs and tags change nothing here.
      DeliveryStatusLogging: z.unknown().optional(),
      TracingConfig: z.string().optional(),
      Tags: z.unknown().optional(),
    }),
    ({ TopicName, DisplayName, Subscription, KmsMasterKeyId }, { generatedName }) => {
      const name = TopicName ?? generatedName;
      const arn = sns.putTopic(name, DisplayName);
      keys.set(arn, KmsMasterKeyId);
      for (const { Protocol, Endpoint } of Subscription) {
        sns.subscribe({ topicArn: arn, protocol: Protocol, endpoint: Endpoint });
      }
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  );
}
