import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import type { BusEvent } from '../../../infra/local/ports.ts';
import { type S3Service, s3Service } from '../../../infra/local/s3/index.ts';

/** A served S3 over a temporary folder, a client of the real SDK, and the events that came out. */
export interface S3Fixture {
  readonly client: S3Client;
  readonly service: S3Service;
  readonly url: string;
  readonly directory: string;
  readonly events: BusEvent[];
  /** Makes a bucket through the template's provider. */
  makeBucket(name: string, properties?: Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

export const VERSIONED = { VersioningConfiguration: { Status: 'Enabled' } };
export const WITH_EVENTS = { NotificationConfiguration: { EventBridgeConfiguration: {} } };

/** Starts S3 in `directory`, or in a new one that `close` removes. */
export async function startS3(existing?: string): Promise<S3Fixture> {
  const directory = existing ?? (await mkdtemp(join(tmpdir(), 'slipway-s3-')));
  const database = openDatabase(directory);
  const events: BusEvent[] = [];
  const service = s3Service({
    database,
    directory: join(directory, 'objects'),
    clock: systemClock(),
    region: 'us-east-1',
    publishEvent: (event) => void events.push(event),
  });
  const endpoint = await serveEndpoint({ port: 0, services: [service.wire] });
  const client = new S3Client({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    client,
    service,
    url: endpoint.url,
    directory,
    events,
    async makeBucket(name, properties = {}) {
      const provider = service.providers.find(({ type }) => type === 'AWS::S3::Bucket');
      const resource = { logicalId: 'Bucket', generatedName: name, stackName: 'test' };
      await provider?.create({ ...resource, properties: { BucketName: name, ...properties } });
    },
    async close() {
      client.destroy();
      await endpoint.close();
      database.close();
      if (!existing) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The AWS error code of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call;
  } catch (thrown) {
    const error = thrown as { name: string; $metadata?: { httpStatusCode?: number } };
    return { name: error.name, status: error.$metadata?.httpStatusCode };
  }
  throw new Error('The call was expected to fail.');
}
