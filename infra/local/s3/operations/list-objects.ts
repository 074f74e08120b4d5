import { listedObjects, listHeading, listPrefixes, readListRequest } from '../list-request.ts';
import { behindMarker } from '../page.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const listObjects: S3Operation = {
  name: 'ListObjects',
  method: 'GET',
  on: 'bucket',
  parameters: ['prefix', 'delimiter', 'max-keys', 'marker', 'encoding-type'],
  run(store, request) {
    const { name } = store.buckets.get(request.bucket);
    const list = readListRequest(request, 'max-keys');
    const marker = request.query.get('marker') ?? '';
    const page = store.listings.objects(name, list, marker === '' ? '' : behindMarker(marker, list));
    const last = page.last && ('row' in page.last ? page.last.row.key : page.last.commonPrefix);
    return xmlResponse('ListBucketResult', {
      Name: name,
      ...listHeading(list, 'MaxKeys'),
      Marker: list.encode(marker),
      // S3 gives it only with a delimiter: otherwise the last key serves.
      NextMarker:
        page.isTruncated && list.delimiter !== undefined && last !== undefined ? list.encode(last) : undefined,
      IsTruncated: page.isTruncated,
      Contents: listedObjects(list, page.rows, true),
      CommonPrefixes: listPrefixes(list, page.commonPrefixes),
    });
  },
};
