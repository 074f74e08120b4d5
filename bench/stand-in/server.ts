import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTemplate } from '../../infra/local/template/compiled-template.ts';
import { openStandIn } from './open.ts';

/** The stand-in keeps what it has acknowledged; of its peer there is one that does, and one that does not. */
export const SERVERS = ['stand-in', 'fauxqs in memory', 'fauxqs on disk'] as const;

export type ServerName = (typeof SERVERS)[number];

/** What the process of a server answers, once at first and whenever it is asked. */
export interface ServerNote {
  readonly url: string;
  /** Milliseconds from the start of the process until it answers calls. */
  readonly bootMs: number;
  /** Microseconds of processor time since its start. */
  readonly cpu: number;
  readonly rssMiB: number;
}

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Over an empty stack. */
const standIn = (directory: string): Promise<Server> => openStandIn(parseTemplate({ Resources: {} }), directory);

async function fauxqs(options: { dataDir?: string }): Promise<Server> {
  // It is installed beside the benchmarks, where the rest of the project does not see it.
  const { startFauxqs } = await import('fauxqs');
  const server = await startFauxqs({ port: 0, logger: false, ...options });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

const STARTS: Readonly<Record<ServerName, (directory: string) => Promise<Server>>> = {
  'stand-in': standIn,
  'fauxqs in memory': () => fauxqs({}),
  'fauxqs on disk': (directory) => fauxqs({ dataDir: directory }),
};

if (import.meta.main) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const server = await STARTS[process.argv[2] as ServerName](directory);
  const bootMs = performance.now();
  const tell = () => {
    const { user, system } = process.cpuUsage();
    const rssMiB = process.memoryUsage.rss() / 2 ** 20;
    process.send?.({ url: server.url, bootMs, cpu: user + system, rssMiB } satisfies ServerNote);
  };
  process.on('message', tell);
  process.once('disconnect', async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
    process.exit();
  });
  tell();
}
