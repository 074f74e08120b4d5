import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Attempts of one call, the first included. What still fails then is given back to the queue, which waits longer. */
const MAX_ATTEMPTS = 4;

/** A call that answers nothing for longer than this is dead. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The same for SQS, whose longest call here is a poll of 5 s. After a heartbeat that hangs for so long, the shortest lease
 * that the template allows is still held.
 */
export const SQS_REQUEST_TIMEOUT_MS = 15_000;

/**
 * Settings of every client: sockets are kept alive (a TLS handshake costs more than most calls), enough of them that a
 * heartbeat never waits behind transfers, and no call may hang for ever. Endpoint, region and credentials come from
 * the environment, as in any AWS program.
 */
export function clientSettings(maxSockets = 64, requestTimeout = REQUEST_TIMEOUT_MS) {
  const agent = { keepAlive: true, maxSockets };
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout,
      throwOnRequestTimeout: true,
      socketTimeout: requestTimeout,
      httpAgent: agent,
      httpsAgent: agent,
    },
  } as const;
}

/** S3. Every put names its own SHA-256, so the SDK's CRC on top is left out. */
export function createS3Client(): S3Client {
  return new S3Client({
    ...clientSettings(),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

export function createSqsClient(): SQSClient {
  return new SQSClient(clientSettings(64, SQS_REQUEST_TIMEOUT_MS));
}

export function createEcsClient(): ECSClient {
  return new ECSClient(clientSettings(8));
}
