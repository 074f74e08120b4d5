import { versionHeader } from '../object-headers.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const getObjectTagging: S3Operation = {
  name: 'GetObjectTagging',
  method: 'GET',
  on: 'object',
  selectors: ['tagging'],
  parameters: ['versionId'],
  run(store, { bucket, key, query }) {
    const version = store.objects.get(bucket, key, query.get('versionId') ?? undefined);
    const tags = Object.entries(version.attributes.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    return xmlResponse('Tagging', { TagSet: { Tag: tags } }, versionHeader(store, version));
  },
};
