import { readDocument } from '../read-document.ts';
import { S3Error } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { childText, parseXml } from '../xml-tree.ts';

const DEFAULT_REGION = 'us-east-1';

export const createBucket: S3Operation = {
  name: 'CreateBucket',
  method: 'PUT',
  on: 'bucket',
  headers: ['x-amz-object-ownership'],
  async run(store, request) {
    const document = await readDocument(request);
    const constraint = document && childText(parseXml(document), 'LocationConstraint');
    if ((constraint || DEFAULT_REGION) !== store.region) {
      const message = `The ${constraint || 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`;
      throw new S3Error('IllegalLocationConstraintException', message, 400);
    }
    // In us-east-1 creating one's own bucket again succeeds; elsewhere it is refused.
    if (store.buckets.has(request.bucket) && store.region !== DEFAULT_REGION) {
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new S3Error('BucketAlreadyOwnedByYou', message, 409, { BucketName: request.bucket });
    }
    store.buckets.create(request.bucket);
    return { status: 200, headers: { location: `/${request.bucket}` } };
  },
};
