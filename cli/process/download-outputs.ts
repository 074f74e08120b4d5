import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StoredOutput } from '../../core/outcome.ts';
import { outputPath } from './output-path.ts';

export interface DownloadedOutput {
  readonly name: string;
  readonly bytes: number;
  /** Absolute. */
  readonly path: string;
}

/** Brings a job's outputs to `<directory>/<key>/<name>`; whatever the key and the names say, they stay in the directory. */
export async function downloadOutputs(
  s3: S3Client,
  bucket: string,
  outputs: readonly StoredOutput[],
  directory: string,
  key: string,
): Promise<DownloadedOutput[]> {
  return Promise.all(
    outputs.map(async (output) => {
      const path = outputPath(directory, key, output.name);
      await mkdir(dirname(path), { recursive: true });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: output.key }));
      await pipeline(Body as Readable, createWriteStream(`${path}.part`));
      await rename(`${path}.part`, path);
      return { name: output.name, bytes: output.bytes, path };
    }),
  );
}
