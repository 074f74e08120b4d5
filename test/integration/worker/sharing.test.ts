import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../../core/clock.ts';
import { shareFile } from '../../../worker/share/share-file.ts';
import { createSharer, type Sharer, type SharerOptions } from '../../../worker/share/sharer.ts';
import { systemClock } from '../../../worker/system-clock.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const entry = fileURLToPath(new URL('../../../worker/main.ts', import.meta.url));
const environment = { PATH: process.env.PATH ?? '' };
let directory: string;
let sharer: Sharer | undefined;
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-sharing-'));
});
afterEach(() => sharer?.close());
afterAll(() => rm(directory, { recursive: true, force: true }));

function setUp(rest: Partial<SharerOptions> = {}) {
  sharer = createSharer({ clock: systemClock, entry, environment, ...rest });
  return sharer;
}

/** An order to share this content. */
async function order(content: string, to = join(directory, 'shared', `${++files}`)) {
  const from = join(directory, `source-${++files}`);
  await writeFile(from, content);
  return { from, to, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Pids of the processes that share, children of this one. */
async function children(): Promise<number[]> {
  const { stdout } = await run('pgrep', ['-P', String(process.pid), '-f', `${entry} share`]).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

describe('the shared file system', () => {
  it('is written to by a process of its own, which ends when there is nothing to do', async () => {
    const { share } = setUp({ idleMs: 50 });
    const orders = await Promise.all(['a', 'b', 'c'].map((content) => order(content)));
    await Promise.all(orders.map(share));
    expect(await Promise.all(orders.map(({ to }) => readFile(to, 'utf8')))).toEqual(['a', 'b', 'c']);
    await until(async () => (await children()).length === 0);
    await share(await order('d'));
  });

  it('keeps its process while it is at work, however many orders ended at once before', async () => {
    const idles: AbortSignal[] = [];
    const sleep: Clock['sleep'] = (milliseconds, signal) => {
      if (milliseconds === 12_345 && signal !== undefined) idles.push(signal);
      return new Promise(() => undefined);
    };
    const { share } = setUp({ clock: { now: () => 0, sleep }, idleMs: 12_345 });
    const orders = await Promise.all(Array.from({ length: 40 }, (_, index) => order(`content ${index}`)));
    await Promise.all(orders.map(share));
    expect(idles.length).toBeGreaterThan(0);
    const working = share(await order('one more'));
    expect(idles.filter(({ aborted }) => !aborted)).toEqual([]);
    await working;
  });

  it('that hangs holds up its orders only until their deadline, and not the worker', async () => {
    const deadlines = new Set<() => void>();
    const clock: Clock = {
      ...systemClock,
      sleep: () => new Promise((resolve) => deadlines.add(resolve)),
    };
    const { share } = setUp({ clock });
    await share(await order('before'));
    const [pid = 0] = await children();
    process.kill(pid, 'SIGSTOP');
    const orders = [await order('x'), await order('y')];
    const late = Promise.allSettled(orders.map(share));
    for (const pass of deadlines) pass();
    expect(await late).toMatchObject([
      { status: 'rejected', reason: { code: 'file-system-stalled', retryable: true } },
      { status: 'rejected', reason: { code: 'file-system-stalled', retryable: true } },
    ]);
    // The next one has a new process.
    const next = await order('after');
    await share(next);
    expect(await readFile(next.to, 'utf8')).toBe('after');
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it('fails an order whose process dies', async () => {
    const { share } = setUp();
    await share(await order('before'));
    const [pid = 0] = await children();
    process.kill(pid, 'SIGSTOP');
    const waiting = share(await order('x'));
    process.kill(pid, 'SIGKILL');
    await expect(waiting).rejects.toMatchObject({ code: 'file-system', retryable: true });
  });

  it('shows a reader one whole content or another, never a part', async () => {
    const { share } = setUp();
    const to = join(directory, 'contended');
    const contents = ['p', 'q', 'r', 's'].map((letter) => letter.repeat(200_000));
    await share(await order(contents[0] ?? '', to));
    let writing = true;
    const seen = new Set<string>();
    const reader = (async () => {
      while (writing) seen.add(await readFile(to, 'utf8'));
    })();
    for (let round = 0; round < 10; round += 1) {
      await Promise.all((await Promise.all(contents.map((content) => order(content, to)))).map(share));
    }
    writing = false;
    await reader;
    expect([...seen].filter((content) => !contents.includes(content))).toEqual([]);
    expect((await readdir(dirname(to))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('takes nothing that is not what was measured, and follows no link', async () => {
    const { share } = setUp();
    const changed = await order('announced');
    await writeFile(changed.from, 'something else');
    await expect(share(changed)).rejects.toMatchObject({ code: 'file-system' });
    const linked = await order('linked');
    await rm(linked.from);
    await symlink('/etc/hostname', linked.from);
    await expect(share(linked)).rejects.toThrow('ELOOP');
    expect([changed, linked].map(({ to }) => existsSync(to))).toEqual([false, false]);
  });

  it('is rid of what killed writers left long ago', async () => {
    const { share } = setUp();
    const to = join(directory, 'left', 'file');
    await mkdir(dirname(to));
    for (const name of ['.old.tmp', '.young.tmp']) await writeFile(join(dirname(to), name), 'half');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(dirname(to), '.old.tmp'), longAgo, longAgo);
    await share(await order('x', to));
    await until(() => !existsSync(join(dirname(to), '.old.tmp')));
    expect(existsSync(join(dirname(to), '.young.tmp'))).toBe(true);
  });
});

describe('a full file system', () => {
  const small = () => join(directory, 'small');
  let mounted = false;
  beforeAll(async () => {
    await mkdir(small());
    mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small()]).then(
      () => true,
      () => false,
    );
  });
  afterAll(async () => {
    if (mounted) await run('umount', [small()]);
  });

  it('refuses the job for now, keeps nothing half-written, and takes it once there is room', async ({ skip }) => {
    if (!mounted) skip('a file system of one megabyte can be mounted by root only');
    await writeFile(join(small(), 'ballast'), Buffer.alloc(900_000));
    const large = await order('x'.repeat(500_000), join(small(), 'large'));
    await expect(shareFile(large)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(small())).toEqual(['ballast']);
    await rm(join(small(), 'ballast'));
    await shareFile(large);
    expect((await stat(large.to)).size).toBe(500_000);
  });
});
