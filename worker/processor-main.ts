import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PermanentError, SlipwayError } from '../core/errors.ts';
import { createLogger } from './logger.ts';
import type { FromChild, ToChild } from './pool/protocol.ts';
import type { Context, Logger, Output, Processor, Source } from './processor.ts';

type Run = Extract<ToChild, { type: 'run' }>;

/** The process that runs processors on strangers' bytes: it takes one job after the other from its parent. */
export function runProcessorProcess(
  environment: Readonly<Record<string, string | undefined>>,
  processors: readonly Processor[],
): void {
  const logger = createLogger({ level: environment.LOG_LEVEL ?? 'INFO', bindings: { command: 'processor' } });
  let running: AbortController | undefined;
  process.on('message', (message: ToChild) => {
    if (message.type === 'abort') return running?.abort(new SlipwayError('stopped', message.reason));
    running = new AbortController();
    void runOrder(message, { environment, processors, logger, signal: running.signal }).then(answer);
  });
  // The parent decides when work ends; a signal to the whole group must not end it before.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  answer({ type: 'ready' });
}

function answer(message: FromChild): void {
  process.send?.(message);
}

interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processors: readonly Processor[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

async function runOrder(order: Run, surroundings: Surroundings): Promise<FromChild> {
  const metadata: Record<string, unknown> = {};
  try {
    const source: Source = { ...order.source, type: order.source.type };
    const processor = choose(source, surroundings.processors);
    const outputs = [...(await processor.process(source, contextOf(order, surroundings, metadata)))];
    return { type: 'done', processor: processor.name, outputs, metadata };
  } catch (error) {
    return failureOf(error);
  }
}

function choose(source: Source, processors: readonly Processor[]): Processor {
  const processor = processors.find((candidate) => candidate.accepts(source));
  if (processor !== undefined) return processor;
  const found = source.type === undefined ? 'of no known type' : `of type ${source.type}`;
  throw new PermanentError('unsupported-type', `The content is ${found}; no processor accepts it.`);
}

function contextOf(order: Run, { environment, logger, signal }: Surroundings, metadata: object): Context {
  return {
    jobId: order.jobId,
    attempt: order.attempt,
    signal,
    logger: withJob(logger, order.jobId),
    scratch: order.directory,
    setting: (name) => environment[name],
    write: (name, contentType, content) => writeOutput(order.directory, name, contentType, content),
    describe: (found) => void Object.assign(metadata, found),
  };
}

async function writeOutput(
  directory: string,
  name: string,
  contentType: string,
  content: Uint8Array | Readable,
): Promise<Output> {
  if (!/^\w[\w.-]{0,199}$/.test(name)) {
    throw new SlipwayError('bad-output', `An output is called ${JSON.stringify(name)}; expected a file name.`);
  }
  const path = join(directory, `output-${name}`);
  if (content instanceof Readable) await pipeline(content, createWriteStream(path));
  else await writeFile(path, content);
  return { name, contentType, path };
}

function failureOf(error: unknown): FromChild {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof PermanentError) return { type: 'failed', permanent: true, code: error.code, message };
  return { type: 'failed', permanent: false, code: 'processor-failed', message };
}

function withJob(logger: Logger, jobId: string): Logger {
  return {
    debug: (details, message) => logger.debug({ jobId, ...details }, message),
    info: (details, message) => logger.info({ jobId, ...details }, message),
    warn: (details, message) => logger.warn({ jobId, ...details }, message),
    error: (details, message) => logger.error({ jobId, ...details }, message),
  };
}
