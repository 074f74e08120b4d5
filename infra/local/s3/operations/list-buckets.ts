import { OWNER } from '../list-request.ts';
import type { S3Operation } from '../s3-operation.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';

export const listBuckets: S3Operation = {
  name: 'ListBuckets',
  method: 'GET',
  on: 'service',
  run(store) {
    const buckets = store.buckets.list().map(({ name, createdAt }) => ({
      Name: name,
      CreationDate: isoTime(createdAt),
    }));
    return xmlResponse('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket: buckets } });
  },
};
