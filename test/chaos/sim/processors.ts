import { createHash } from 'node:crypto';
import { PermanentError } from '../../../core/errors.ts';
import type { ProcessorOrder, Processors, Product } from '../../../worker/job-ports.ts';
import { ProcessorError } from '../../../worker/processor-error.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { MemoryFiles } from './memory-files.ts';
import type { UploadKind } from './workload.ts';

/** The bytes of an upload: what the processor is to make of them, and what makes them differ from all others. */
export interface Content {
  readonly kind: UploadKind;
  readonly id: string;
  /** Makes it long enough for a task of its own, or too long for any. */
  readonly padding?: string;
}

export interface ProcessorOptions {
  readonly life: Life;
  readonly files: MemoryFiles;
  readonly chance: Chance;
  readonly faults: Faults;
  /** Two versions of a library make different bytes of the same picture. */
  readonly libraryVersion: number;
  readonly deadlineMs: number;
  started(order: ProcessorOrder): void;
  /** The kernel kills the whole task, for what this job took; false when it picks a processor instead. */
  killTask(jobId: string): boolean;
}

/** What a bomb takes to go off. */
const FUSE_MS = 3_000;

/** Processors that do to their task what their object's content says. */
export function createModelProcessors(options: ProcessorOptions): Processors {
  const { life, files, chance, deadlineMs } = options;
  const running = new Set<(error: Error) => void>();

  async function work(order: ProcessorOrder, content: Content, runs: () => boolean): Promise<Product> {
    const wait = (low: number, high: number) => life.clock.sleep(chance.between(low, high), order.signal);
    switch (content.kind) {
      case 'not-a-picture':
        await wait(10, 100);
        throw new PermanentError('unsupported-type', 'no picture');
      case 'damaged':
        await wait(100, 1000);
        throw new PermanentError('corrupt', 'damaged');
      case 'huge-picture':
        await wait(10, 100);
        throw new PermanentError('too-many-pixels', 'huge');
      case 'failing':
        await wait(500, 5000);
        throw new ProcessorError('processor-crashed', 'failed');
      case 'flaky':
        await wait(500, 5000);
        if (order.attempt === 1) throw new ProcessorError('processor-crashed', 'failed once');
        break;
      case 'hungry':
        await wait(500, 5000);
        throw new ProcessorError('out-of-memory', 'took too much');
      case 'hanging':
        await wait(deadlineMs, deadlineMs);
        throw new ProcessorError('deadline', 'took too long');
      case 'bomb':
        // Its neighbours may go first.
        for (;;) {
          await life.clock.sleep(FUSE_MS, order.signal);
          if (!runs()) throw order.signal.reason;
          explode(order.jobId);
        }
      case 'slow':
        await wait(150_000, 300_000);
        break;
      default:
        await wait(500, 12_000);
    }
    return produce(order, files.read(order.source.path));
  }

  /** The kernel takes the worker, or any one of its children. */
  function explode(jobId: string): void {
    if (chance.hit(0.6) && options.killTask(jobId)) {
      options.faults.draw('worker.out-of-memory');
      return;
    }
    options.faults.draw('processor.killed');
    chance.pick([...running])(new ProcessorError('processor-killed', 'killed from outside'));
  }

  function produce({ directory }: ProcessorOrder, content: Buffer): Product {
    const made = createHash('sha256').update(content).digest('hex');
    const outputs = ['thumb.webp', 'preview.webp'].map((name) => {
      const path = `${directory}/${name}`;
      files.write(path, Buffer.from(`${made}:${name}:${options.libraryVersion}`));
      return { name, contentType: 'image/webp', path };
    });
    return { processor: 'model', outputs, metadata: { sha256: made } };
  }

  return {
    async run(order) {
      options.started(order);
      const content = JSON.parse(files.read(order.source.path).toString()) as Content;
      const { promise, resolve, reject } = Promise.withResolvers<Product>();
      const stop = () => reject(order.signal.reason);
      order.signal.addEventListener('abort', stop, { once: true });
      running.add(reject);
      work(order, content, () => running.has(reject)).then(resolve, reject);
      try {
        return await promise;
      } finally {
        running.delete(reject);
        order.signal.removeEventListener('abort', stop);
      }
    },
  };
}
