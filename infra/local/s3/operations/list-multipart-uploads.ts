import { listHeading, listPrefixes, OWNER, readListRequest } from '../list-request.ts';
import type { S3Operation } from '../s3-operation.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';

export const listMultipartUploads: S3Operation = {
  name: 'ListMultipartUploads',
  method: 'GET',
  on: 'bucket',
  selectors: ['uploads'],
  parameters: ['prefix', 'delimiter', 'max-uploads', 'key-marker', 'upload-id-marker', 'encoding-type'],
  run(store, request) {
    const { query } = request;
    const { name } = store.buckets.get(request.bucket);
    const list = readListRequest(request, 'max-uploads');
    const key = query.get('key-marker') || undefined;
    const id = query.get('upload-id-marker') || undefined;
    const page = store.listings.uploads(name, list, { key, id });
    const { last } = page;
    const next = last && ('row' in last ? last.row.key : last.commonPrefix);
    return xmlResponse('ListMultipartUploadsResult', {
      Bucket: name,
      ...listHeading(list, 'MaxUploads'),
      KeyMarker: list.encode(key ?? ''),
      UploadIdMarker: id ?? '',
      NextKeyMarker: page.isTruncated && next !== undefined ? list.encode(next) : undefined,
      NextUploadIdMarker: page.isTruncated && last && 'row' in last ? last.row.uploadId : undefined,
      IsTruncated: page.isTruncated,
      Upload: page.rows.map((upload) => ({
        Key: list.encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: OWNER,
        Owner: OWNER,
        StorageClass: upload.attributes.headers['x-amz-storage-class'] ?? 'STANDARD',
        Initiated: isoTime(upload.startedAt),
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
      })),
      CommonPrefixes: listPrefixes(list, page.commonPrefixes),
    });
  },
};
