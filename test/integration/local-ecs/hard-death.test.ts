import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findLauncher } from '../../../infra/local/ecs/process/launcher.ts';
import { until } from '../../support/until.ts';
import { type Harness, startEcs } from './ecs-harness.ts';
import { runs } from './process-state.ts';

let standIn: ChildProcess | undefined;
let harness: Harness | undefined;
afterEach(async () => {
  standIn?.kill('SIGKILL');
  await harness?.remove();
});

/** Starts a task that begins a helper in a session of its own, as a program may that wants to be left alone. */
const SCRIPT = `import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  writeFileSync('pids', process.pid + ' ' + helper.pid);
  setInterval(() => {}, 1000);`;

describe('a stand-in that dies by SIGKILL', () => {
  it('leaves no process once it starts again, and its tasks end as on a lost host', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-ecs-'));
    const program = fileURLToPath(new URL('./stand-in-process.ts', import.meta.url));
    standIn = spawn(process.execPath, [program, folder, SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    standIn.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const pids = await until(() => readPids(join(folder, 'pids')), 10_000);
    await until(() => said.includes('\n'));
    expect(pids.map(runs)).toEqual([true, true]);
    standIn.kill('SIGKILL');
    await until(() => standIn?.signalCode);

    // Where the kernel takes the task with its parent, nothing has to wait for the next start.
    if (findLauncher().length > 0) await until(() => !runs(pids[0] ?? 0));

    harness = await startEcs({ folder });
    await until(() => !pids.some(runs));
    expect(harness.eventsOf(said.trim())).toMatchObject([
      {
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'InfrastructureHealth',
        stoppedReason: expect.stringMatching(/^Host terminated/),
      },
    ]);
  });
});

function readPids(file: string): number[] | undefined {
  try {
    const pids = readFileSync(file, 'utf8').split(' ').map(Number);
    return pids.length === 2 ? pids : undefined;
  } catch {
    return undefined;
  }
}
