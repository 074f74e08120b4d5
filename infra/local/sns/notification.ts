import type { Subscription } from './store.ts';

/** What was published. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly Type: string;
  readonly Value: string;
}

/** What a queue gets: the message itself with raw delivery, else SNS's envelope. */
export function queuePayload(notification: Notification, subscription: Subscription): string {
  return subscription.rawMessageDelivery ? notification.message : envelopeText(notification);
}

/** SNS's envelope as text: what queues without raw delivery and `email-json` get. */
export function envelopeText(notification: Notification): string {
  return JSON.stringify(envelope(notification));
}

/** What a function gets. */
export function functionPayload(notification: Notification, subscription: Subscription): string {
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: envelope(notification),
      },
    ],
  });
}

function envelope({ messageId, topicArn, subject, message, timestamp, attributes }: Notification) {
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject,
    Message: message,
    Timestamp: timestamp,
    ...(Object.keys(attributes).length > 0 ? { MessageAttributes: attributes } : {}),
  };
}
