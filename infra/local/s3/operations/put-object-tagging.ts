import { versionHeader } from '../object-headers.ts';
import { readDocument } from '../read-document.ts';
import type { S3Operation } from '../s3-operation.ts';
import { readTagDocument } from '../tagging.ts';

export const putObjectTagging: S3Operation = {
  name: 'PutObjectTagging',
  method: 'PUT',
  on: 'object',
  selectors: ['tagging'],
  parameters: ['versionId'],
  async run(store, request) {
    const { bucket, key, query } = request;
    const tags = readTagDocument(await readDocument(request));
    const version = store.objects.get(bucket, key, query.get('versionId') ?? undefined);
    store.objects.setTags(version, tags);
    return { status: 200, headers: versionHeader(store, version) };
  },
};
