import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../infra/local/database.ts';
import { type Endpoint, serveEndpoint } from '../../infra/local/http/server.ts';
import type { LocalService } from '../../infra/local/service.ts';

/** What every SDK client of a test is made with. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface TestEndpoint {
  readonly clientConfig: ClientConfig;
  readonly directory: string;
  close(): Promise<void>;
}

/** Serves services on a free port, over a database in a temporary folder. */
export async function serveServices(
  make: (database: DatabaseSync, directory: string) => readonly LocalService[],
): Promise<TestEndpoint> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const database = openDatabase(directory);
  const services = make(database, directory);
  const endpoint: Endpoint = await serveEndpoint({ port: 0, services: services.flatMap(({ wire }) => wire ?? []) });
  for (const service of services) await service.start?.();
  return {
    clientConfig: {
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    directory,
    async close() {
      for (const service of services) await service.stop?.();
      await endpoint.close();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
