import { SQSClient } from '@aws-sdk/client-sqs';
import { Consumer, type ConsumerOptions } from 'sqs-consumer';
import { clientSettings } from '../../../aws/clients.ts';
import type { Contestant, Terms } from '../contestant.ts';

/** With our client's sockets, heartbeats at a third of the lease as ours, and no wait between polls. */
function options({ queueUrl }: Terms): ConsumerOptions {
  return { queueUrl, sqs: new SQSClient(clientSettings()), visibilityTimeout: 120, heartbeatInterval: 40 };
}

function start(consumer: Consumer): void {
  consumer.on('error', console.error);
  consumer.on('processing_error', console.error);
  consumer.start();
}

/** As its README begins: one message at a time. */
export const sqsConsumerDefaults: Contestant = (terms) => {
  const handleMessage: ConsumerOptions['handleMessage'] = async (message) => {
    await terms.work.run();
    return message;
  };
  start(Consumer.create({ ...options(terms), handleMessage }));
};

/** Ten messages at a time, each with a handler and a delete of its own. */
export const sqsConsumerMessages: Contestant = (terms) => {
  const handleMessage: ConsumerOptions['handleMessage'] = async (message) => {
    await terms.work.run();
    return message;
  };
  start(Consumer.create({ ...options(terms), batchSize: 10, handleMessage }));
};

/** Its best single instance: ten messages at a time, one handler, one delete for all. */
export const sqsConsumerBatch: Contestant = (terms) => {
  start(batchOf(terms, options(terms)));
};

/** Its best pool: so many instances of that, over one client, as `slots` divided by ten. */
export const sqsConsumerPool: Contestant = (terms) => {
  const shared = options(terms);
  for (let index = 0; index < terms.slots / 10; index += 1) start(batchOf(terms, shared));
};

/** As many instances as slots, each one message at a time: what keeps slots busy. */
export const sqsConsumerSingles: Contestant = (terms) => {
  const shared = options(terms);
  const handleMessage: ConsumerOptions['handleMessage'] = async (message) => {
    await terms.work.run();
    return message;
  };
  for (let index = 0; index < terms.slots; index += 1) start(Consumer.create({ ...shared, handleMessage }));
};

function batchOf({ work }: Terms, shared: ConsumerOptions): Consumer {
  return Consumer.create({
    ...shared,
    batchSize: 10,
    async handleMessageBatch(messages) {
      await Promise.all(messages.map(() => work.run()));
      return messages;
    },
  });
}
