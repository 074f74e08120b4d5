import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { recordKeys } from '../../../core/outcome.ts';
import type { OutputStore, Scratch } from '../../../worker/job-ports.ts';
import { RESULTS } from './s3-service.ts';

/** The disk of one task. */
export interface MemoryFiles {
  readonly scratch: Scratch;
  read(path: string): Buffer;
  write(path: string, content: Buffer): void;
  openToWrite(path: string): Writable;
}

export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, Buffer>();
  return {
    scratch: {
      async open(jobId, attemptId) {
        const base = `/scratch/${jobId}-${attemptId}`;
        return {
          sourcePath: `${base}/source`,
          directory: `${base}/work`,
          async remove() {
            for (const path of files.keys()) if (path.startsWith(`${base}/`)) files.delete(path);
          },
        };
      },
    },
    read(path) {
      const content = files.get(path);
      if (content === undefined) throw new Error(`There is no file ${path}.`);
      return content;
    },
    write: (path, content) => void files.set(path, content),
    openToWrite(path) {
      const chunks: Buffer[] = [];
      return new Writable({
        write(chunk: Buffer, _encoding, done) {
          chunks.push(chunk);
          done();
        },
        final(done) {
          files.set(path, Buffer.concat(chunks));
          done();
        },
      });
    },
  };
}

/** Outputs named by their content, as the real store names them, but without its files. `keyOf` names them otherwise. */
export function createMemoryOutputs(
  client: S3Client,
  files: MemoryFiles,
  keyOf?: (jobId: string, name: string) => string,
): OutputStore {
  return {
    async store(jobId, { name, contentType, path }) {
      const content = files.read(path);
      const sha256 = createHash('sha256').update(content).digest('hex');
      const key = keyOf?.(jobId, name) ?? recordKeys.output(jobId, sha256, '.webp');
      await client.send(new PutObjectCommand({ Bucket: RESULTS, Key: key, Body: content }));
      return { name, key, bytes: content.length, sha256, contentType };
    },
  };
}
