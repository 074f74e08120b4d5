import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { SlipwayError } from '../../core/errors.ts';
import type { ClientConfig } from '../deployment.ts';

/** Buckets, as far as a removal needs them. */
export interface Buckets {
  /** Deletes every version of every object; does nothing to a bucket that is not there. */
  empty(bucket: string): Promise<void>;
}

/** The account's S3. */
export function awsBuckets(config: ClientConfig): Buckets & { close(): void } {
  const client = new S3Client({ ...config });
  return {
    async empty(bucket) {
      try {
        for (;;) {
          // From the beginning each time: what was listed before is gone.
          const listed = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
          const found = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])];
          if (found.length === 0) return;
          const objects = found.map(({ Key = '', VersionId }) => ({ Key, VersionId }));
          const { Errors: [refused] = [] } = await client.send(
            new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
          );
          if (refused) throw new SlipwayError('bucket', `Bucket ${bucket}: ${refused.Key}: ${refused.Message}.`);
        }
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchBucket') return;
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}
