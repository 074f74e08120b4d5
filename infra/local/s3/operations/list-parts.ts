import { checksumElement } from '../checksums.ts';
import { OWNER, readListRequest } from '../list-request.ts';
import type { S3Operation } from '../s3-operation.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';

export const listParts: S3Operation = {
  name: 'ListParts',
  method: 'GET',
  on: 'object',
  selectors: ['uploadId'],
  parameters: ['max-parts', 'part-number-marker'],
  run(store, request) {
    const { bucket, key, query } = request;
    store.buckets.get(bucket);
    const upload = store.uploads.get(bucket, key, query.get('uploadId') ?? '');
    const { maxKeys } = readListRequest(request, 'max-parts');
    const marker = Number(query.get('part-number-marker') ?? 0);
    const rest = store.uploads.parts(upload).filter((part) => part.number > marker);
    const page = rest.slice(0, maxKeys);
    return xmlResponse('ListPartsResult', {
      Bucket: bucket,
      Key: key,
      UploadId: upload.uploadId,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: maxKeys,
      IsTruncated: rest.length > page.length,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: upload.attributes.headers['x-amz-storage-class'] ?? 'STANDARD',
      ChecksumAlgorithm: upload.checksum?.algorithm,
      ChecksumType: upload.checksum?.type,
      Part: page.map((part) => ({
        PartNumber: part.number,
        LastModified: isoTime(part.modifiedAt),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...checksumElement(part.checksum),
        ChecksumType: undefined,
      })),
    });
  },
};
