import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { S3Store } from '../store.ts';

const bucketPolicyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
});

/** Stores a bucket's policy, which access control reads. */
export function bucketPolicyProvider(store: S3Store): ResourceProvider {
  return resourceProvider('AWS::S3::BucketPolicy', bucketPolicyProperties, ({ Bucket, PolicyDocument }) => {
    store.buckets.update(Bucket, { policy: JSON.stringify(PolicyDocument) });
    return { ref: Bucket };
  });
}
