import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PermanentError } from '../../../core/errors.ts';
import type { Context, Output, Processor, Source } from '../../../worker/processor.ts';
import { runProcessorProcess } from '../../../worker/processor-main.ts';
import { runShareProcess } from '../../../worker/share-main.ts';

const never = () => new Promise<never>(() => setInterval(() => undefined, 1_000));

/** What an object's text asks for: a program of the worker's kind whose processors misbehave. */
const behaviours: Readonly<Record<string, (context: Context, source: Source) => Promise<Output[]>>> = {
  async copy(context, source) {
    context.describe({ pid: process.pid, jobId: context.jobId, attempt: context.attempt });
    return [await context.write('copy.txt', 'text/plain', await readFile(source.path))];
  },
  async second(context) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return [await context.write('late.txt', 'text/plain', Buffer.from('a second later'))];
  },
  async environment(context) {
    return [await context.write('env.json', 'application/json', Buffer.from(JSON.stringify(process.env)))];
  },
  async permanent() {
    throw new PermanentError('corrupt', 'broken');
  },
  async throw() {
    throw new Error('out of luck');
  },
  hang: never,
  async spin() {
    for (;;);
  },
  async obey(context) {
    const stopped = new Promise<unknown>((resolve) =>
      context.signal.addEventListener('abort', () => resolve(context.signal.reason)),
    );
    await writeFile(join(context.scratch, 'started'), '');
    const reason = await stopped;
    await writeFile(join(context.scratch, 'obeyed'), String(reason));
    return never();
  },
  async hungry() {
    const hoard = [];
    for (;;) {
      hoard.push(Buffer.alloc(8 * 2 ** 20, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  async exit() {
    process.exit(3);
  },
  async suicide() {
    process.kill(process.pid, 'SIGKILL');
    return never();
  },
  async segfault() {
    process.kill(process.pid, 'SIGSEGV');
    return never();
  },
  async nonsense() {
    process.send?.({ type: 'done', outputs: 'many' });
    return never();
  },
  async twins(context) {
    const output = await context.write('a.txt', 'text/plain', Buffer.from('a'));
    return [output, output];
  },
  async chatty(context) {
    context.describe({ novel: 'x'.repeat(50_000) });
    return [];
  },
  async escape(context) {
    await context.write('../../escaped.txt', 'text/plain', Buffer.from('x'));
    return [];
  },
  async outside() {
    return [{ name: 'passwd.txt', contentType: 'text/plain', path: '/etc/passwd' }];
  },
  async link(context) {
    const path = join(context.scratch, 'link.txt');
    await symlink('/etc/passwd', path);
    return [{ name: 'link.txt', contentType: 'text/plain', path }];
  },
};

const odd: Processor = {
  name: 'odd',
  accepts: ({ type }) => type === 'text/plain',
  async process(source, context) {
    const behaviour = behaviours[await readFile(source.path, 'utf8')];
    if (behaviour === undefined) throw new Error('no such behaviour');
    return behaviour(context, source);
  },
};

// The worker starts its program for the shared file system too; that one behaves.
if (process.argv[2] === 'share') runShareProcess();
else runProcessorProcess(process.env, [odd]);
