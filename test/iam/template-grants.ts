import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTemplate } from '../../infra/local/compile-template.ts';
import { createSystem } from '../../infra/local/system.ts';
import { readTemplate } from '../../infra/local/template/compiled-template.ts';

const serviceDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** Every grant of a stage's template: it is compiled as for a deployment, and its resources are created, nothing runs. */
export async function templateGrants(stage: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-grants-'));
  try {
    const packageDirectory = join(directory, 'package');
    const file = await compileTemplate({ serviceDirectory, packageDirectory, arguments: ['--stage', stage] });
    const system = await createSystem({
      template: await readTemplate(file),
      stackName: `slipway-${stage}`,
      region: 'us-east-1',
      directory: join(directory, 'data'),
      port: 0,
      lambdaUrl: 'http://127.0.0.1:1',
      images: {},
    });
    const grants = system.grants();
    await system.stop();
    return grants;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
