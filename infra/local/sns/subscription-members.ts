import { ACCOUNT_ID } from '../account.ts';
import type { Subscription } from './store.ts';

/** A subscription in the members that the List operations share. */
export function subscriptionMembers({ arn, topicArn, protocol, endpoint }: Subscription) {
  return { TopicArn: topicArn, Protocol: protocol, SubscriptionArn: arn, Owner: ACCOUNT_ID, Endpoint: endpoint };
}
