import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import type { Clock } from '../clock.ts';
import { jsonHandler, speaksJson } from '../http/json-protocol.ts';
import { queryHandler } from '../http/query-protocol.ts';
import type { GuardedResource, GuardedResources } from '../iam/guarded-resource.ts';
import type { LocalService } from '../service.ts';
import { checkDraft } from './draft.ts';
import { type MessageAttributes, md5OfAttributes } from './message-attributes.ts';
import type { Received } from './messages.ts';
import { sqsOperations } from './operations/index.ts';
import { readQueryInput, writeQueryOutput } from './query-shapes.ts';
import type { Queue } from './queues.ts';
import { readReceiptHandle } from './receipt-handle.ts';
import { attributesOf, md5, systemAttributes } from './received-message.ts';
import { queueProvider } from './resources/queue.ts';
import { queuePolicyProvider } from './resources/queue-policy.ts';
import { sqsError, sqsErrorHeaders } from './sqs-error.ts';
import { type SqsStore, sqsStore } from './store.ts';

export interface SqsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  /** What queue URLs of template resources begin with; `http://127.0.0.1` when left out. */
  readonly origin?: () => string;
}

export interface SendOptions {
  readonly delaySeconds?: number;
  /** Message attributes of type String. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
}

export interface ReceiveOptions {
  /** 1–10. */
  readonly max: number;
  /** 0–20. */
  readonly waitSeconds: number;
  /** The queue's own when left out. */
  readonly visibilitySeconds?: number;
  /** Ends a wait without taking a message. */
  readonly signal: AbortSignal;
}

/** A received message with all of its attributes. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** System attributes: `ApproximateReceiveCount`, `SentTimestamp` … */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
  readonly md5OfMessageAttributes: string | undefined;
}

/** How much is in a queue, and how much went through it since the start of this process. */
export interface QueueDepth {
  readonly name: string;
  readonly arn: string;
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** 0 for an empty queue. */
  readonly oldestAgeSeconds: number;
  readonly sent: number;
  readonly received: number;
  readonly deleted: number;
}

export interface SqsService extends LocalService {
  /** Resolves once the message is stored. Rejects with the AwsError of SendMessage. */
  send(queueArn: string, body: string, options?: SendOptions): Promise<void>;
  receive(queueArn: string, options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Deletes received messages; stale handles are ignored. */
  remove(queueArn: string, receiptHandles: readonly string[]): Promise<void>;
  /** Shows a message again after `seconds`. Rejects with the AwsError of ChangeMessageVisibility. */
  release(queueArn: string, receiptHandle: string, seconds: number): Promise<void>;
  /** Every queue, for metrics. */
  depths(): QueueDepth[];
  /** Queues with their policies and keys. */
  readonly guarded: GuardedResources;
}

/** SQS: standard queues over SQLite, in both protocols. */
export function sqsService(options: SqsOptions): SqsService {
  const store = sqsStore(options);
  const { queues, messages, polls, moves } = store;
  const protocol = { service: 'sqs', store, operations: sqsOperations };
  const handleJson = jsonHandler({
    ...protocol,
    targetPrefix: 'AmazonSQS',
    version: '1.0',
    errorHeaders: sqsErrorHeaders,
  });
  const handleQuery = queryHandler({
    ...protocol,
    namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    readInput: (action, form, request) => readQueryInput(action, form, request.rawPath),
    writeOutput: writeQueryOutput,
  });

  function queueOf(queueArn: string): Queue {
    const queue = queues.byArn(queueArn);
    if (!queue) throw sqsError('QueueDoesNotExist', `The specified queue does not exist: ${queueArn}.`);
    return queue;
  }

  return {
    wire: {
      signingNames: ['sqs'],
      handle: (request, call) => (speaksJson(request) ? handleJson : handleQuery)(request, call),
    },
    providers: [queueProvider(store, options.origin ?? (() => 'http://127.0.0.1')), queuePolicyProvider(store)],
    async send(queueArn, body, send = {}) {
      const queue = queueOf(queueArn);
      const attributes = stringAttributes(send.messageAttributes ?? {});
      const draft = { body, delaySeconds: send.delaySeconds, attributes };
      checkDraft(queue, draft);
      await store.change(() => messages.send(queue, [draft], arn('iam', '', 'root')));
    },
    async receive(queueArn, { max, waitSeconds, visibilitySeconds, signal }) {
      const queue = queueOf(queueArn);
      const received = await polls.receive(queue, { max, waitSeconds, visibilitySeconds, signal });
      return received.map(toMessage);
    },
    async remove(queueArn, receiptHandles) {
      const queue = queueOf(queueArn);
      const receipts = receiptHandles.map((handle) => readReceiptHandle(queue, handle));
      await store.change(() => messages.remove(queue, receipts));
    },
    async release(queueArn, receiptHandle, seconds) {
      const queue = queueOf(queueArn);
      await store.change(() => messages.changeVisibility(queue, receiptHandle, seconds));
    },
    depths: () => queues.all().map((queue) => depthOf(store, queue)),
    guarded: {
      find(queueArn) {
        const queue = queues.byArn(queueArn);
        return queue && guardedQueue(queue);
      },
      list: () => queues.all().map(guardedQueue),
    },
    start: () => moves.resume(),
    stop() {
      polls.stop();
      moves.stop();
    },
  };
}

function stringAttributes(values: Readonly<Record<string, string>>): MessageAttributes {
  // SQS takes no empty values.
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}

function toMessage(received: Received): ReceivedMessage {
  const messageAttributes = attributesOf(received);
  return {
    messageId: received.row.id,
    receiptHandle: received.receiptHandle,
    body: received.row.body,
    md5OfBody: received.row.md5 ?? md5(received.row.body),
    attributes: systemAttributes(received),
    messageAttributes,
    md5OfMessageAttributes: md5OfAttributes(messageAttributes),
  };
}

/** A policy that was taken off is an empty text. */
function guardedQueue({ arn: queueArn, attributes }: Queue): GuardedResource {
  const { Policy, KmsMasterKeyId } = attributes;
  return { arn: queueArn, policy: Policy || undefined, key: KmsMasterKeyId };
}

function depthOf({ messages, clock }: SqsStore, queue: Queue): QueueDepth {
  const counts = messages.counts(queue);
  const oldest = messages.oldestSentAt(queue);
  const oldestAgeSeconds = oldest === undefined ? 0 : Math.floor((clock.now() - oldest) / 1000);
  return { name: queue.name, arn: queue.arn, ...counts, oldestAgeSeconds, ...messages.tally(queue) };
}
