import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ClientConfig } from '../deployment.ts';

/** Where CodeBuild finds the sources of a build. */
export interface SourceStore {
  put(bucket: string, key: string, archive: Buffer): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
}

/** A bucket of the account. */
export function awsSourceStore(config: ClientConfig): SourceStore & { close(): void } {
  const client = new S3Client({ ...config });
  return {
    async put(bucket, key, archive) {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: archive, ContentType: 'application/zip' }),
      );
    },
    async remove(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    close: () => client.destroy(),
  };
}
