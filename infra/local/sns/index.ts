import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { queryHandler } from '../http/query-protocol.ts';
import type { GuardedResources } from '../iam/guarded-resource.ts';
import { durableQueue, type Verdict } from '../outbox/durable-queue.ts';
import type { NewItem, QueuedItem } from '../outbox/durable-queue-store.ts';
import {
  DEFAULT_RETRY_POLICY,
  DELIVERIES_PER_TARGET,
  deliveryItem,
  deliveryRunner,
} from '../outbox/target-delivery.ts';
import type { Deliver } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { wants } from './filter-policy.ts';
import { putMail } from './mailbox.ts';
import {
  envelopeText,
  functionPayload,
  type MessageAttribute,
  type Notification,
  queuePayload,
} from './notification.ts';
import { createTopic } from './operations/create-topic.ts';
import { deleteTopic } from './operations/delete-topic.ts';
import { getSubscriptionAttributes } from './operations/get-subscription-attributes.ts';
import { getTopicAttributes } from './operations/get-topic-attributes.ts';
import { listSubscriptions } from './operations/list-subscriptions.ts';
import { listSubscriptionsByTopic } from './operations/list-subscriptions-by-topic.ts';
import { listTopics } from './operations/list-topics.ts';
import { publish } from './operations/publish.ts';
import { publishBatch } from './operations/publish-batch.ts';
import { setSubscriptionAttributes } from './operations/set-subscription-attributes.ts';
import { subscribe } from './operations/subscribe.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import { subscriptionProvider } from './resources/subscription.ts';
import { topicProvider } from './resources/topic.ts';
import { topicPolicyProvider } from './resources/topic-policy.ts';
import { type SnsStore, type Subscription, snsStore } from './store.ts';

export interface SnsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly deliver: Deliver;
  /** E-mails become files here. */
  readonly mailboxDirectory: string;
}

export interface Publication {
  readonly subject?: string;
  readonly message: string;
  /** What readers of e-mails get in its place. */
  readonly mailText?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}

/** What operations work on: the topics, and publishing to them. */
export interface Sns {
  readonly store: SnsStore;
  /** Stores one delivery per subscriber, then gives the message's ID. Throws NotFound for a topic that is not there. */
  publish(topicArn: string, publication: Publication): string;
}

export interface SnsService extends LocalService {
  readonly publish: Sns['publish'];
  /** Topics with their policies and keys. */
  readonly guarded: GuardedResources;
}

const MAIL_LANE = 'mailbox';
const STOP_MS = 2_000;

/** SNS: topics with queues, functions and e-mail addresses behind them. What is acknowledged is delivered, also after a restart. */
export function snsService(options: SnsOptions): SnsService {
  const { database, clock, region, deliver } = options;
  const store = snsStore(database, region);
  const policies = new Map<string, unknown>();
  const keys = new Map<string, string | undefined>();
  const guardedTopic = (arn: string) => ({ arn, policy: policies.get(arn), key: keys.get(arn) });
  const runDelivery = deliveryRunner({
    clock,
    deliver,
    errorCode: ({ code }) => code,
    onDropped: (message) => process.stderr.write(`sns: ${message}\n`),
  });
  const outbox = durableQueue({
    database,
    clock,
    table: 'sns_deliveries',
    laneLimit: () => DELIVERIES_PER_TARGET,
    run: async (item) => (item.lane === MAIL_LANE ? sendMail(options.mailboxDirectory, item) : runDelivery(item)),
  });

  const sns: Sns = {
    store,
    publish(topicArn, { subject, message, mailText, attributes = {} }) {
      store.topic(topicArn);
      const notification: Notification = {
        messageId: randomUUID(),
        topicArn,
        ...(subject === undefined ? {} : { subject }),
        message,
        timestamp: new Date(clock.now()).toISOString(),
        attributes,
      };
      const wanting = store.subscriptions(topicArn).filter(({ filter }) => wants(filter, notification));
      outbox.add(wanting.map((subscription) => deliveryOf(notification, subscription, mailText)));
      return notification.messageId;
    },
  };

  return {
    wire: {
      signingNames: ['sns'],
      handle: queryHandler({
        service: 'sns',
        namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
        store: sns,
        operations: [
          createTopic,
          deleteTopic,
          getSubscriptionAttributes,
          getTopicAttributes,
          listSubscriptions,
          listSubscriptionsByTopic,
          listTopics,
          publish,
          publishBatch,
          setSubscriptionAttributes,
          subscribe,
          unsubscribe,
        ],
      }),
    },
    providers: [topicProvider(store, keys), subscriptionProvider(store), topicPolicyProvider(policies)],
    guarded: { find: guardedTopic, list: () => [...keys.keys()].map(guardedTopic) },
    start: outbox.start,
    stop: () => outbox.stop(STOP_MS),
    publish: sns.publish,
  };
}

interface Mail {
  readonly to: string;
  /** `email-json`: the mail's text is the envelope that a queue would get. */
  readonly asJson: boolean;
  readonly notification: Notification;
}

function deliveryOf(notification: Notification, subscription: Subscription, mailText: string | undefined): NewItem {
  if (subscription.protocol === 'email-json') return mailTo(subscription, notification, true);
  if (subscription.protocol === 'email') {
    return mailTo(subscription, { ...notification, message: mailText ?? notification.message }, false);
  }
  const payload = subscription.protocol === 'sqs' ? queuePayload : functionPayload;
  return deliveryItem({
    targetArn: subscription.endpoint,
    sourceArn: notification.topicArn,
    payload: payload(notification, subscription),
    ...DEFAULT_RETRY_POLICY,
    ...(subscription.deadLetterTargetArn ? { deadLetterArn: subscription.deadLetterTargetArn } : {}),
    deadLetterAttributes: {},
    // Raw delivery to a queue turns the message's attributes into the queue message's, as text.
    ...(subscription.protocol === 'sqs' && subscription.rawMessageDelivery
      ? { messageAttributes: attributeTexts(notification) }
      : {}),
  });
}

function mailTo({ endpoint }: Subscription, notification: Notification, asJson: boolean): NewItem {
  const mail: Mail = { to: endpoint, asJson, notification };
  return { lane: MAIL_LANE, body: JSON.stringify(mail) };
}

function sendMail(directory: string, item: QueuedItem): Verdict {
  const { to, asJson, notification } = JSON.parse(item.body) as Mail;
  putMail(directory, to, asJson ? { ...notification, message: envelopeText(notification) } : notification);
  return { kind: 'done' };
}

function attributeTexts({ attributes }: Notification): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { Value }]) => [name, Value]));
}
