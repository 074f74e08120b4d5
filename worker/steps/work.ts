import { PermanentError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { StoredOutput } from '../../core/outcome.ts';
import type { JobPorts, Product, Workspace } from '../job-ports.ts';
import { sniff } from '../sniff.ts';
import type { Result } from './draft-outcome.ts';
import type { OpenAttempt } from './open-attempt.ts';

/** A result, with S3's date of the object (ISO 8601) for the pointer to the newest version. */
export type Work = Result & { readonly lastModified?: string };

/** Fetches the object, has it processed, stores the outputs. Throws what stopped it. */
export async function work(ports: JobPorts, job: Job, signal: AbortSignal, attempt: OpenAttempt): Promise<Work> {
  const workspace = await ports.scratch.open(job.jobId, attempt.id);
  try {
    return await workIn(ports, job, signal, attempt, workspace);
  } finally {
    await workspace.remove().catch((error: unknown) => {
      ports.logger.warn({ jobId: job.jobId, error }, 'scratch directory not removed');
    });
  }
}

async function workIn(
  ports: JobPorts,
  job: Job,
  signal: AbortSignal,
  attempt: OpenAttempt,
  workspace: Workspace,
): Promise<Work> {
  const limitBytes = ports.limits.maxObjectBytes;
  const object = await ports.objects.download(job.source, workspace.sourcePath, { limitBytes, signal });
  if (object.bytes === 0) throw new PermanentError('zero-bytes', 'The object is empty.');
  signal.throwIfAborted();
  const product = await ports.processors.run({
    jobId: job.jobId,
    attempt: attempt.number,
    source: { key: job.source.key, type: sniff(object.head), size: object.bytes, path: workspace.sourcePath },
    directory: workspace.directory,
    signal,
  });
  signal.throwIfAborted();
  const outputs = await storeOutputs(ports, job, product, workspace);
  signal.throwIfAborted();
  const { lastModified } = object;
  const result = { processor: product.processor, outputs, metadata: { ...product.metadata } };
  return lastModified === undefined ? result : { ...result, lastModified };
}

/** All at once; every one is settled before the directory may go. */
async function storeOutputs(ports: JobPorts, job: Job, product: Product, { directory }: Workspace) {
  const stored = await Promise.allSettled(
    product.outputs.map((output) => ports.outputs.store(job.jobId, output, directory)),
  );
  return stored.map((result): StoredOutput => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
