// How long the stand-in takes to boot the compiled template: `boot.ts FILE` is one boot, in a process of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTemplate } from '../../infra/local/compile-template.ts';
import { readTemplate } from '../../infra/local/template/compiled-template.ts';
import { startChild } from '../child.ts';
import { openStandIn } from './open.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds from the start of the process until the system has started, some times over. */
export async function bootOf(rounds: number): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const options = { serviceDirectory: root, packageDirectory: directory, arguments: ['--stage', 'dev'] };
    const template = await compileTemplate(options);
    const boots: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const child = await startChild<number>('stand-in/boot.ts', [template]);
      boots.push(child.word);
      await child.end();
    }
    return boots;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const system = await openStandIn(await readTemplate(process.argv[2] ?? ''), directory);
  const bootMs = performance.now();
  process.once('disconnect', async () => {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
    process.exit();
  });
  process.send?.(bootMs);
}
