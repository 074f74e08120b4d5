import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from '../aws/record.ts';
import { PermanentError } from '../core/errors.ts';
import { recordKeys, type StoredOutput } from '../core/outcome.ts';
import type { OutputStore } from './job-ports.ts';
import type { Output } from './processor.ts';
import { ProcessorError } from './processor-error.ts';
import type { ShareFile } from './share/share-file.ts';

/** S3's limit of a single put. */
const MAX_OUTPUT_BYTES = 5 * 2 ** 30;

/** Outputs up to this size are sent from memory: the SDK can send those again by itself. */
const BUFFERED_BYTES = 8 * 2 ** 20;

/**
 * Outputs in the results bucket and, under the same relative path, below `directory`. Both are named by the content's
 * SHA-256, so a repeated store changes nothing, and a reader of the file sees all of it or no file.
 */
export function createOutputStore(bucket: Bucket, directory: string, share: ShareFile): OutputStore {
  return {
    async store(jobId, output, workspace) {
      const file = await openOutput(output, workspace);
      try {
        const { bytes, sha256, content } = await measure(file);
        const key = recordKeys.output(jobId, sha256, extensionOf(output.name));
        const stored = { name: output.name, key, bytes, sha256, contentType: output.contentType };
        await upload(bucket, content ?? file.createReadStream({ start: 0, autoClose: false }), stored);
        await share({ from: output.path, to: join(directory, ...key.split('/')), bytes, sha256 });
        return stored;
      } finally {
        await file.close();
      }
    },
  };
}

/** The processor's word for a path is a stranger's: only a plain file inside its own directory is read. */
async function openOutput(output: Output, workspace: string): Promise<FileHandle> {
  const refused = (why: string, cause?: unknown) =>
    new ProcessorError('bad-output', `The output ${JSON.stringify(output.name)} ${why}.`, { cause });
  let file: FileHandle;
  try {
    // Without waiting for the other end of a pipe.
    file = await open(output.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw refused('cannot be read', cause);
  }
  const stat = await file.stat();
  const inside = (await pathOf(file, output.path)).startsWith((await realpath(workspace)) + sep);
  if (inside && stat.isFile() && stat.nlink === 1 && stat.size <= MAX_OUTPUT_BYTES) return file;
  await file.close();
  if (stat.size > MAX_OUTPUT_BYTES) throw new PermanentError('output-too-large', 'An output is larger than 5 GiB.');
  throw refused('is not a plain file in the job’s directory');
}

/** What was opened, not what the path has come to mean since; without a /proc the path has to do. */
async function pathOf(file: FileHandle, path: string): Promise<string> {
  return realpath(`/proc/self/fd/${file.fd}`).catch(() => realpath(path));
}

/** A small output is read once: what was measured is what is sent. */
async function measure(file: FileHandle): Promise<{ bytes: number; sha256: string; content?: Buffer }> {
  const hash = createHash('sha256');
  if ((await file.stat()).size <= BUFFERED_BYTES) {
    const content = await file.readFile();
    return { bytes: content.length, sha256: hash.update(content).digest('hex'), content };
  }
  let bytes = 0;
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** S3 checks the SHA-256: what it acknowledges is what was measured. */
async function upload({ client, name }: Bucket, content: Buffer | Readable, stored: StoredOutput): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: name,
      Key: stored.key,
      Body: content,
      ContentLength: stored.bytes,
      ContentType: stored.contentType,
      ChecksumSHA256: Buffer.from(stored.sha256, 'hex').toString('base64'),
    }),
  );
}

function extensionOf(name: string): string {
  const extension = extname(name).toLowerCase();
  return /^\.[a-z0-9]{1,16}$/.test(extension) ? extension : '';
}
