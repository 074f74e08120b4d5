import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { eventsService } from '../../../infra/local/events/index.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { until } from '../../support/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'local-events-kill-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A process that publishes numbered events, whose targets never answer, and says after each that it is accepted. */
const PUBLISHER = `
  import { systemClock } from './infra/local/clock.ts';
  import { openDatabase } from './infra/local/database.ts';
  import { eventsService } from './infra/local/events/index.ts';
  const database = openDatabase(process.env.DIRECTORY);
  const deliver = () => new Promise(() => {});
  const events = eventsService({ database, clock: systemClock(), region: 'eu-west-1', deliver });
  const properties = { EventPattern: { source: ['shop'] }, Targets: [{ Id: 'a', Arn: 'arn:a' }, { Id: 'b', Arn: 'arn:b' }] };
  events.providers[0].create({ logicalId: 'R', properties, generatedName: 'rule', stackName: 's' });
  events.start();
  for (let n = 1; ; n += 1) {
    events.publish({ source: 'shop', detailType: 'Sold', resources: [], detail: { n } });
    process.stdout.write(n + '\\n');
    await new Promise((resolve) => setImmediate(resolve));
  }
`;

it('delivers every accepted event to every target after kill -9', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PUBLISHER], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, DIRECTORY: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await until(() => printed.split('\n').length > 100, 20_000);
  child.kill('SIGKILL');
  await once(child, 'close');
  const accepted = printed.trimEnd().split('\n').map(Number);

  const database = openDatabase(directory);
  const { deliver, delivered } = recordingDeliver();
  const events = eventsService({ database, clock: systemClock(), region: 'eu-west-1', deliver });
  events.start?.();
  await until(() => events.pendingDeliveries() === 0, 20_000);
  await events.stop?.();
  database.close();
  for (const arn of ['arn:a', 'arn:b']) {
    const arrived = new Set(
      delivered.filter((one) => one.arn === arn).map(({ payload }) => JSON.parse(payload).detail.n),
    );
    expect(accepted.filter((n) => !arrived.has(n))).toEqual([]);
  }
  expect(accepted.length).toBeGreaterThanOrEqual(100);
});
