import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobId } from '../../../core/job.ts';
import type { Product } from '../../../worker/job-ports.ts';
import { childEnvironment } from '../../../worker/pool/child-environment.ts';
import { createProcessorPool, type PoolOptions } from '../../../worker/pool/processor-pool.ts';
import { draining } from '../../../worker/stop-reason.ts';
import { systemClock } from '../../../worker/system-clock.ts';
import { until } from '../../support/until.ts';

const entry = fileURLToPath(new URL('./odd-processors.ts', import.meta.url));
const jobId = 'a'.repeat(64) as JobId;
let directory: string;
let jobs = 0;
let pool: ReturnType<typeof createProcessorPool>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-pool-'));
});
afterEach(() => pool.close());
afterAll(() => rm(directory, { recursive: true, force: true }));

function setUp(rest: Partial<PoolOptions> = {}) {
  const environment = childEnvironment({ PATH: process.env.PATH, AWS_SECRET_ACCESS_KEY: 'canary', MY_SETTING: 'x' });
  pool = createProcessorPool({ clock: systemClock, entry, environment, deadlineMs: 10_000, memoryMiB: 512, ...rest });
  return pool;
}

async function run(behaviour: string, signal = new AbortController().signal): Promise<Product & { scratch: string }> {
  const base = join(directory, String(++jobs));
  const scratch = join(base, 'work');
  await mkdir(scratch, { recursive: true });
  const path = join(base, 'source');
  await writeFile(path, behaviour);
  const source = { key: 'k', type: 'text/plain', size: behaviour.length, path };
  return { ...(await pool.run({ jobId, attempt: 2, source, directory: scratch, signal })), scratch };
}

describe('a processor', () => {
  it('gives its outputs as files and what it found out', async () => {
    setUp();
    const product = await run('copy');
    expect(product).toMatchObject({ processor: 'odd', metadata: { jobId, attempt: 2 } });
    const [output] = product.outputs;
    expect(output).toMatchObject({ name: 'copy.txt', contentType: 'text/plain' });
    expect(await readFile(output?.path ?? '', 'utf8')).toBe('copy');
  });

  it('has no keys to AWS', async () => {
    setUp();
    const { outputs } = await run('environment');
    const environment = await readFile(outputs[0]?.path ?? '', 'utf8');
    expect(environment).toContain('MY_SETTING');
    expect(environment).not.toContain('canary');
  });

  it.each([
    ['permanent', { name: 'PermanentError', code: 'corrupt', message: 'broken' }],
    ['throw', { name: 'ProcessorError', code: 'processor-failed', message: 'out of luck' }],
    ['nonsense', { name: 'ProcessorError', code: 'bad-answer' }],
    ['twins', { name: 'ProcessorError', code: 'bad-answer' }],
    ['chatty', { name: 'ProcessorError', code: 'bad-answer' }],
    ['escape', { name: 'ProcessorError', code: 'processor-failed' }],
    ['exit', { name: 'ProcessorError', code: 'processor-crashed' }],
    ['segfault', { name: 'ProcessorError', code: 'processor-crashed' }],
    ['suicide', { name: 'ProcessorError', code: 'processor-killed' }],
  ])('that does “%s” fails this job, and the next one is done', async (behaviour, error) => {
    setUp();
    await expect(run(behaviour)).rejects.toMatchObject(error);
    expect((await run('copy')).processor).toBe('odd');
  });

  it('is refused content that it does not accept', async () => {
    setUp();
    const source = { key: 'k', type: undefined, size: 1, path: entry };
    const order = { jobId, attempt: 1, source, directory, signal: new AbortController().signal };
    await expect(pool.run(order)).rejects.toMatchObject({ name: 'PermanentError', code: 'unsupported-type' });
  });

  it.each(['hang', 'spin'])('that takes too long is ended (%s)', async (behaviour) => {
    setUp({ deadlineMs: 300 });
    await expect(run(behaviour)).rejects.toMatchObject({ code: 'deadline' });
  });

  it.runIf(process.platform === 'linux')('that takes too much memory is ended, and its neighbour is not', async () => {
    setUp({ memoryMiB: 160 });
    const neighbour = run('copy');
    await expect(run('hungry')).rejects.toMatchObject({ code: 'out-of-memory' });
    expect((await neighbour).processor).toBe('odd');
  });

  it('is told to stop, and then made to', async () => {
    setUp();
    const abort = new AbortController();
    const running = run('obey', abort.signal);
    const scratch = join(directory, String(jobs), 'work');
    // It can only obey once it runs.
    await until(() => existsSync(join(scratch, 'started')));
    abort.abort(draining());
    await expect(running).rejects.toMatchObject({ code: 'draining' });
    expect(await readFile(join(scratch, 'obeyed'), 'utf8')).toContain('its time is up');
  });
});

describe('the processes', () => {
  const pidOf = async () => (await run('copy')).metadata.pid as number;
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('are used again', async () => {
    setUp();
    expect(await pidOf()).toBe(await pidOf());
  });

  it('are as many as jobs run at once', async () => {
    setUp();
    expect(new Set(await Promise.all([pidOf(), pidOf(), pidOf()])).size).toBe(3);
  });

  it('are replaced after some jobs', async () => {
    setUp({ jobsPerChild: 2 });
    const pids = [await pidOf(), await pidOf(), await pidOf()];
    expect(pids[0]).toBe(pids[1]);
    expect(pids[2]).not.toBe(pids[1]);
    await until(() => !isAlive(pids[0] ?? 0));
  });

  it('end when there is no work for a while', async () => {
    setUp({ idleMs: 50 });
    const pid = await pidOf();
    await until(() => !isAlive(pid));
    expect((await run('copy')).processor).toBe('odd');
  });

  it('end with the pool', async () => {
    setUp();
    const pid = await pidOf();
    await pool.close();
    expect(isAlive(pid)).toBe(false);
  });
});
