import { checksumElement } from '../checksums.ts';
import { versionHeader } from '../object-headers.ts';
import { invalidArgument } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const getObjectAttributes: S3Operation = {
  name: 'GetObjectAttributes',
  method: 'GET',
  on: 'object',
  selectors: ['attributes'],
  parameters: ['versionId'],
  headers: ['x-amz-object-attributes'],
  run(store, { bucket, key, query, headers }) {
    const version = store.objects.get(bucket, key, query.get('versionId') ?? undefined);
    const { checksum, headers: kept, partsCount } = version.attributes;
    const known: Record<string, unknown> = {
      ETag: version.etag,
      Checksum: checksum && checksumElement(checksum),
      ObjectParts: partsCount === undefined ? undefined : { PartsCount: partsCount },
      StorageClass: kept['x-amz-storage-class'] ?? 'STANDARD',
      ObjectSize: version.size,
    };
    const wanted = (headers['x-amz-object-attributes'] ?? '').split(',').map((name) => name.trim());
    const unknown = wanted.find((name) => !(name in known));
    if (unknown !== undefined) {
      throw invalidArgument('Invalid attribute name specified', 'x-amz-object-attributes', unknown);
    }
    const chosen = Object.fromEntries(Object.entries(known).filter(([name]) => wanted.includes(name)));
    const lastModified = new Date(version.modifiedAt).toUTCString();
    return xmlResponse('GetObjectAttributesResponse', chosen, {
      'last-modified': lastModified,
      ...versionHeader(store, version),
    });
  },
};
