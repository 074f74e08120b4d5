import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Attempts of one call, the first included. What still fails then is given back to the queue, which waits longer. */
const MAX_ATTEMPTS = 4;

/** A long poll takes up to 20 s (SQS's limit); a call that answers nothing for longer than this is dead. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Settings of every client: sockets are kept alive (a TLS handshake costs more than most calls), enough of them that a
 * heartbeat never waits behind transfers, and no call may hang for ever. Endpoint, region and credentials come from
 * the environment, as in any AWS program.
 */
export function clientSettings(maxSockets = 64) {
  const agent = { keepAlive: true, maxSockets };
  return {
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_TIMEOUT_MS,
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
  return new SQSClient(clientSettings());
}

export function createEcsClient(): ECSClient {
  return new ECSClient(clientSettings(8));
}
