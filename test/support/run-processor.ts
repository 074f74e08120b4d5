import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Context, Processor, Source } from '../../worker/processor.ts';
import { sniff } from '../../worker/sniff.ts';

/** The first bytes of a file that its type is told from, as in the worker. */
const HEAD_BYTES = 4096;

export interface Processed {
  /** By name, as written. */
  readonly outputs: ReadonlyMap<string, Buffer>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Runs the first of the processors that accepts the content, in this process; undefined when none does. Rejects with
 * what the processor throws.
 */
export async function runProcessor(
  processors: readonly Processor[],
  content: Uint8Array,
  { key = 'object', settings = {} }: { key?: string; settings?: Readonly<Record<string, string>> } = {},
): Promise<Processed | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-processor-'));
  try {
    const path = join(directory, 'source');
    await writeFile(path, content);
    const source: Source = { key, type: sniff(content.subarray(0, HEAD_BYTES)), size: content.length, path };
    const processor = processors.find((candidate) => candidate.accepts(source));
    if (processor === undefined) return undefined;
    const outputs = new Map<string, Buffer>();
    const metadata: Record<string, unknown> = {};
    const context: Context = {
      jobId: 'job',
      attempt: 1,
      signal: new AbortController().signal,
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      scratch: directory,
      setting: (name) => settings[name],
      describe: (found) => void Object.assign(metadata, found),
      async write(name, contentType, written) {
        outputs.set(name, written instanceof Readable ? await buffer(written) : Buffer.from(written));
        return { name, contentType, path: join(directory, `output-${name}`) };
      },
    };
    await processor.process(source, context);
    return { outputs, metadata };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
