import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../infra/local/clock.ts';
import { openDatabase } from '../../infra/local/database.ts';
import { lambdaService } from '../../infra/local/lambda/index.ts';
import type { InvokeFunction } from '../../infra/local/lambda/offline-invoker.ts';
import type { BusEvent, Deliver } from '../../infra/local/ports.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { sqsService } from '../../infra/local/sqs/index.ts';

export const REGION = 'eu-west-1';
export const FUNCTION_ARN = `arn:aws:lambda:${REGION}:000000000000:function:worker`;
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:000000000000:launch`;

export interface LoggedLine {
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

/** Lambda and SQS over one database, with functions played by a test. */
export function localLambda(clock: Clock, invokeFunction: InvokeFunction, deliver: Deliver = async () => {}) {
  const directory = mkdtempSync(join(tmpdir(), 'local-lambda-'));
  const database = openDatabase(directory);
  const sqs = sqsService({ database, clock, region: REGION });
  const logged: LoggedLine[] = [];
  const published: BusEvent[] = [];
  const faults: string[] = [];

  function boot() {
    return lambdaService({
      database,
      clock,
      region: REGION,
      sqs,
      deliver,
      invokeFunction,
      appendLog: (group, stream, lines) =>
        void logged.push(...lines.map(({ message }) => ({ group, stream, message }))),
      publishEvent: (event) => void published.push(event),
      onFault: (message) => void faults.push(message),
    });
  }
  return {
    sqs,
    boot,
    logged,
    published,
    faults,
    /** Ends SQS and removes the data. */
    async close(): Promise<void> {
      await sqs.stop?.();
      database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Creates a resource through the service that provides its type. */
export async function create(
  service: LocalService,
  type: string,
  properties: object,
  generatedName = 'stack-Resource',
) {
  const provider = service.providers.find((candidate) => candidate.type === type);
  if (!provider) throw new Error(`No provider for ${type}`);
  return await provider.create({ logicalId: 'Resource', properties, generatedName, stackName: 'stack' });
}
