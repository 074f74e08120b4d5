import type { ECSClient } from '@aws-sdk/client-ecs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Counts what clients send. */
export interface RequestCount {
  /** The same client, counted from now on. */
  watch<Client extends S3Client | SQSClient | ECSClient | SNSClient>(client: Client): Client;
  count(): number;
}

/** Counts every attempt of every call: what AWS bills. */
export function countRequests(): RequestCount {
  let sent = 0;
  return {
    watch(client) {
      // The stacks differ in the inputs that they carry, which a count does not look at.
      const stack = client.middlewareStack as S3Client['middlewareStack'];
      stack.add(
        (next) => (input) => {
          sent += 1;
          return next(input);
        },
        // Behind the retries, so that each of them is seen.
        { step: 'finalizeRequest', name: 'countRequests', priority: 'low' },
      );
      return client;
    },
    count: () => sent,
  };
}
