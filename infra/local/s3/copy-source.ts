import { decode } from './address.ts';
import { isNotModified } from './conditions.ts';
import type { ObjectVersion } from './object-version.ts';
import { invalidArgument, preconditionFailed } from './s3-error.ts';
import type { S3Request } from './s3-operation.ts';
import type { S3Store } from './store.ts';

/** The headers that name and condition a copy's source. */
export const COPY_SOURCE_HEADERS = [
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
];

/** Finds the version that `x-amz-copy-source: /bucket/key?versionId=…` names, when its conditions hold. */
export function readCopySource(store: S3Store, request: S3Request): ObjectVersion {
  const header = request.headers['x-amz-copy-source'] ?? '';
  const [path = '', versionId] = header.split('?versionId=');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(path.includes('/') ? path : decode(path));
  if (!match) {
    const message = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
    throw invalidArgument(message, 'x-amz-copy-source', header);
  }
  const source = store.objects.get(decode(match[1] ?? ''), decode(match[2] ?? ''), versionId);
  const conditions = Object.fromEntries(
    COPY_SOURCE_HEADERS.slice(1).flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name.slice('x-amz-copy-source-'.length), value]];
    }),
  );
  if (isNotModified(conditions, source)) throw preconditionFailed('x-amz-copy-source-If-None-Match');
  return source;
}

/** The headers that tell which version was copied. */
export function copiedHeaders(store: S3Store, source: ObjectVersion): Record<string, string> {
  const versionId = store.objects.shownVersionId(source);
  return versionId === undefined ? {} : { 'x-amz-copy-source-version-id': versionId };
}
