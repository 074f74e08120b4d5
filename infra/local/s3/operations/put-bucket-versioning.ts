import { readDocument } from '../read-document.ts';
import { malformedXml } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { childText, parseXml } from '../xml-tree.ts';

export const putBucketVersioning: S3Operation = {
  name: 'PutBucketVersioning',
  method: 'PUT',
  on: 'bucket',
  selectors: ['versioning'],
  async run(store, request) {
    const document = await readDocument(request);
    const versioning = childText(parseXml(document), 'Status');
    if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml();
    store.buckets.update(request.bucket, { versioning });
    return { status: 200 };
  },
};
