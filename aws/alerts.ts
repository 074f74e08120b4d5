import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Alert } from '../core/alert-text.ts';
import { clientSettings } from './clients.ts';

/** Tells the people who run the system. */
export interface Alerts {
  publish(alert: Alert): Promise<void>;
}

/** SNS. */
export function createSnsClient(): SNSClient {
  return new SNSClient(clientSettings(4));
}

/** Alerts as messages of an SNS topic, which mails them. */
export function createAlerts(client: SNSClient, topicArn: string): Alerts {
  return {
    async publish({ subject, body }) {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: body }));
    },
  };
}
