import { createReadStream } from 'node:fs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SlipwayError } from '../../core/errors.ts';
import { type JobId, jobIdOf } from '../../core/job.ts';
import type { InputFile } from './collect-files.ts';

/** A file that S3 has acknowledged: from here on it has a job. */
export interface Submission {
  readonly file: InputFile;
  readonly jobId: JobId;
  /** Unix epoch, milliseconds. */
  readonly submittedAt: number;
}

const CONCURRENT_UPLOADS = 8;

/** Uploads files, several at once, and tells of each as soon as S3 has it. */
export async function uploadFiles(
  s3: S3Client,
  bucket: string,
  files: readonly InputFile[],
  onSubmitted: (submission: Submission) => void,
): Promise<void> {
  const waiting = [...files];
  async function uploadNext(): Promise<void> {
    for (let file = waiting.shift(); file; file = waiting.shift()) onSubmitted(await upload(s3, bucket, file));
  }
  await Promise.all(Array.from({ length: CONCURRENT_UPLOADS }, uploadNext));
}

async function upload(s3: S3Client, bucket: string, file: InputFile): Promise<Submission> {
  const { ETag, VersionId } = await s3
    .send(new PutObjectCommand({ Bucket: bucket, Key: file.key, Body: content(file), ContentLength: file.size }))
    .catch((cause: Error) => {
      throw new SlipwayError('upload-failed', `${file.path} could not be uploaded: ${cause.message}`, { cause });
    });
  const etag = (ETag ?? '').replaceAll('"', '');
  const version = VersionId === undefined ? {} : { versionId: VersionId };
  return { file, jobId: jobIdOf({ bucket, key: file.key, etag, ...version }), submittedAt: Date.now() };
}

/** An empty file as a Buffer: the SDK takes an empty stream for one of unknown length. */
function content(file: InputFile) {
  return file.size === 0 ? Buffer.alloc(0) : createReadStream(file.path);
}
