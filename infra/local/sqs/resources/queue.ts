import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { SqsStore } from '../store.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const policy = z.union([z.string(), z.record(z.string(), z.unknown())]);

const properties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: scalar.optional(),
  MessageRetentionPeriod: scalar.optional(),
  MaximumMessageSize: scalar.optional(),
  ReceiveMessageWaitTimeSeconds: scalar.optional(),
  DelaySeconds: scalar.optional(),
  RedrivePolicy: policy.optional(),
  RedriveAllowPolicy: policy.optional(),
  // Nothing is encrypted locally: stored and shown.
  SqsManagedSseEnabled: scalar.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: scalar.optional(),
  FifoQueue: z.undefined('FIFO queues are not implemented by the local stand-in').optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});

/**
 * AWS::SQS::Queue: `Ref` is the queue's URL. On every boot the attributes become what the template says; the messages
 * stay, and so does a policy that AWS::SQS::QueuePolicy has set.
 */
export function queueProvider(store: SqsStore, origin: () => string): ResourceProvider {
  const { queues } = store;
  return resourceProvider('AWS::SQS::Queue', properties, ({ QueueName, Tags, ...wanted }, resource) => {
    const name = QueueName ?? resource.generatedName.slice(-80);
    const attributes = Object.fromEntries(
      Object.entries(wanted).flatMap(([key, value]) => (value === undefined ? [] : [[key, attributeText(value)]])),
    );
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const existing = queues.find(name);
    const policy = existing?.attributes.Policy;
    const queue = existing
      ? queues.setTags(
          queues.replaceAttributes(existing, { ...attributes, ...(policy ? { Policy: policy } : {}) }),
          tags,
        )
      : queues.create(name, attributes, tags);
    const url = queues.url(origin(), queue);
    return { ref: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
  });
}

function attributeText(value: string | number | boolean | object): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
