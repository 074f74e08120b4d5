import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, type Members, on, text } from '../authorization.ts';
import { onKeyOf } from '../encryption.ts';

/** SNS, after the Service Authorization Reference (list_sns): a subscription is used with the rights on its topic. */
export const SNS: AuthorizationTable<Members> = {
  CreateTopic: (input, { region }) => [on('sns:CreateTopic', arn('sns', region, text(input.Name)))],
  DeleteTopic: topic('DeleteTopic'),
  GetSubscriptionAttributes: subscription('GetSubscriptionAttributes'),
  GetTopicAttributes: topic('GetTopicAttributes'),
  ListSubscriptions: () => [on('sns:ListSubscriptions', '*')],
  ListSubscriptionsByTopic: topic('ListSubscriptionsByTopic'),
  ListTopics: () => [on('sns:ListTopics', '*')],
  Publish: publish,
  PublishBatch: publish,
  SetSubscriptionAttributes: subscription('SetSubscriptionAttributes'),
  Subscribe: ({ TopicArn, Protocol, Endpoint }) => [
    on('sns:Subscribe', text(TopicArn), { 'sns:Protocol': text(Protocol), 'sns:Endpoint': text(Endpoint) }),
  ],
  Unsubscribe: subscription('Unsubscribe'),
};

function topic(action: string): Authorization<Members> {
  return ({ TopicArn }) => [on(`sns:${action}`, text(TopicArn))];
}

function publish(input: Members, lookups: Parameters<Authorization<Members>>[1]) {
  const topicArn = text(input.TopicArn);
  return [on('sns:Publish', topicArn), ...onKeyOf(topicArn, ['kms:GenerateDataKey', 'kms:Decrypt'], lookups)];
}

/** The topic is all of a subscription's ARN but its last part. */
function subscription(action: string): Authorization<Members> {
  return ({ SubscriptionArn }) => [on(`sns:${action}`, text(SubscriptionArn).replace(/:[^:]*$/, ''))];
}
