import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { createS3Client } from '../../../aws/clients.ts';

afterEach(() => vi.unstubAllEnvs());

/** Retries that one client may have outstanding before it stops: 500 tokens, 5 a retry (the SDK's standard retry mode). */
const RETRIES = 100;
const CALLS = 300;

it('a process adds at most its retry budget to the load of an S3 that is down', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const client = createS3Client();
  try {
    const command = () => client.send(new HeadObjectCommand({ Bucket: 'bucket-of-test', Key: 'key' }));
    const ends = await Promise.allSettled(Array.from({ length: CALLS }, command));
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    // Without a budget it would be four times the calls.
    expect(requests).toBeGreaterThan(CALLS);
    expect(requests).toBeLessThanOrEqual(CALLS + RETRIES);
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});
