import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../infra/local/free-port.ts';
import { createSystem } from '../../infra/local/system.ts';
import { parseTemplate } from '../../infra/local/template/compiled-template.ts';
import { SKIPPED_TYPES } from '../../infra/local/template/skipped.ts';
import { PROFILES } from '../../infra/profiles.ts';
import { rawTemplate, resources } from './template.ts';

test.each(PROFILES)('the stand-in makes every resource of profile $name, twice the same', async ({ name, stage }) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-boot-'));
  // Queue URLs have it in them, and task definitions have those.
  const port = await freePort();
  const boot = async () => {
    const system = await createSystem({
      template: parseTemplate(rawTemplate(name)),
      // Functions and their logs are named after the stage.
      stackName: `slipway-${stage}`,
      region: 'us-east-1',
      directory,
      port,
      lambdaUrl: 'http://127.0.0.1:1',
      images: {},
    });
    await system.stop();
    // URLs of queues name the port, which is another one each time.
    return [...system.stack.resources.values()].map(({ logicalId, ref }) => [logicalId, ref.replace(system.url, '')]);
  };
  try {
    const first = await boot();
    expect(await boot()).toEqual(first);
    const wanted = resources(name).filter(({ type, condition }) => condition === undefined && !(type in SKIPPED_TYPES));
    const made = new Set(first.map(([logicalId]) => logicalId));
    expect(wanted.filter(({ logicalId }) => !made.has(logicalId))).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
