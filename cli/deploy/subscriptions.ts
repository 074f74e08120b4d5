import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { ClientConfig } from '../deployment.ts';

/** Addresses that a topic would write to and that have not said yes. */
export async function unconfirmedAddresses(topicArn: string, config: ClientConfig): Promise<readonly string[]> {
  const client = new SNSClient({ ...config });
  try {
    const addresses: string[] = [];
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
      for (const { SubscriptionArn, Endpoint = '' } of page.Subscriptions ?? []) {
        if (SubscriptionArn === 'PendingConfirmation') addresses.push(Endpoint);
      }
    }
    return addresses;
  } finally {
    client.destroy();
  }
}
