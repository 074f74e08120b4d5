import { listedObjects, listHeading, listPrefixes, readListRequest } from '../list-request.ts';
import type { ListedObject } from '../listings.ts';
import { behindMarker, behindPrefix, type KeyBound, type Page, type PageRequest } from '../page.ts';
import { invalidArgument } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const listObjectsV2: S3Operation = {
  name: 'ListObjectsV2',
  method: 'GET',
  on: 'bucket',
  selectors: ['list-type'],
  parameters: ['prefix', 'delimiter', 'max-keys', 'start-after', 'continuation-token', 'fetch-owner', 'encoding-type'],
  run(store, request) {
    const { query } = request;
    const { name } = store.buckets.get(request.bucket);
    const list = readListRequest(request, 'max-keys');
    const token = query.get('continuation-token') ?? undefined;
    const startAfter = query.get('start-after') || undefined;
    const page = store.listings.objects(name, list, startOf(list, token, startAfter));
    return xmlResponse('ListBucketResult', {
      Name: name,
      ...listHeading(list, 'MaxKeys'),
      StartAfter: startAfter && list.encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.isTruncated ? tokenBehind(page) : undefined,
      KeyCount: page.rows.length + page.commonPrefixes.length,
      IsTruncated: page.isTruncated,
      Contents: listedObjects(list, page.rows, query.get('fetch-owner') === 'true'),
      CommonPrefixes: listPrefixes(list, page.commonPrefixes),
    });
  },
};

function startOf(list: PageRequest, token: string | undefined, startAfter: string | undefined): KeyBound {
  if (token === undefined) return startAfter === undefined ? '' : behindMarker(startAfter, list);
  const [kind, ...rest] = Buffer.from(token, 'base64url').toString('utf8');
  if (kind === 'k') return `${rest.join('')}\0`;
  if (kind === 'p') return behindPrefix(rest.join(''));
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

/** Where the next page begins: behind a key (`k`), or behind all keys of a common prefix (`p`). */
function tokenBehind({ last }: Page<ListedObject>): string | undefined {
  if (!last) return undefined;
  return Buffer.from('row' in last ? `k${last.row.key}` : `p${last.commonPrefix}`).toString('base64url');
}
