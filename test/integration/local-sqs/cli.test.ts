import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { sqsService } from '../../../infra/local/sqs/index.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

const hasAws = spawnSync('aws', ['--version']).status === 0;
let endpoint: TestEndpoint;

beforeAll(async () => {
  endpoint = await serveServices((database) => [sqsService({ database, clock: systemClock(), region: 'us-east-1' })]);
});
afterAll(() => endpoint.close());

async function aws(...args: string[]): Promise<string> {
  const { endpoint: url, credentials } = endpoint.clientConfig;
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  return (await promisify(execFile)('aws', ['--endpoint-url', url, 'sqs', ...args], { env })).stdout;
}

it.skipIf(!hasAws)('works with the aws CLI', async () => {
  const { QueueUrl } = JSON.parse(await aws('create-queue', '--queue-name', 'cli'));
  await aws('send-message', '--queue-url', QueueUrl, '--message-body', 'hello');
  const { Attributes } = JSON.parse(
    await aws('get-queue-attributes', '--queue-url', QueueUrl, '--attribute-names', 'All'),
  );
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '1' });
  await expect(aws('get-queue-url', '--queue-name', 'no')).rejects.toThrow('AWS.SimpleQueueService.NonExistentQueue');
});
