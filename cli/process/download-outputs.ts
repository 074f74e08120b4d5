import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SlipwayError } from '../../core/errors.ts';
import type { StoredOutput } from '../../core/outcome.ts';

export interface DownloadedOutput {
  readonly name: string;
  readonly bytes: number;
  /** Absolute. */
  readonly path: string;
}

/** Brings a job's outputs to `<directory>/<key>/<name>`. */
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

/** Names come from a record in a bucket: whatever they say, the file stays inside the folder. */
function outputPath(directory: string, key: string, name: string): string {
  const root = resolve(directory);
  const path = resolve(join(root, key, basename(name)));
  if (path.startsWith(root + sep)) return path;
  throw new SlipwayError('bad-name', `The output "${name}" of "${key}" has a name that leads out of ${root}.`);
}
