import { isNotModified } from '../conditions.ts';
import { writeObjectHeaders } from '../object-headers.ts';
import type { ObjectVersion } from '../object-version.ts';
import { readRange } from '../range.ts';
import { S3Error } from '../s3-error.ts';
import type { S3Operation, S3Request } from '../s3-operation.ts';

const OVERRIDES = ['type', 'language', 'disposition', 'encoding'].map((name) => `content-${name}`);
const RESPONSE_PARAMETERS = [...OVERRIDES, 'cache-control', 'expires'].map((name) => `response-${name}`);
const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'];

/** What GetObject and HeadObject accept alike. */
export const READ_ACCEPTS = {
  parameters: ['versionId', ...RESPONSE_PARAMETERS],
  headers: ['x-amz-checksum-mode'],
};

export const getObject: S3Operation = {
  name: 'GetObject',
  method: 'GET',
  on: 'object',
  ...READ_ACCEPTS,
  run(store, request) {
    const { headers, query } = request;
    const version = store.objects.get(request.bucket, request.key, query.get('versionId') ?? undefined);
    if (isNotModified(headers, version)) return { status: 304, headers: writeObjectHeaders(store, version, false) };
    checkReadable(version);
    const range = readRange(headers.range, version.size);
    // The checksum is that of the whole object: beside a part of it, clients would find it wrong.
    const withChecksum = headers['x-amz-checksum-mode'] === 'ENABLED' && range === undefined;
    const answer = { ...writeObjectHeaders(store, version, withChecksum), ...overrides(request) };
    const body = store.objects.open(version, range);
    const length = range ? range.end - range.start + 1 : version.size;
    const described = { ...answer, 'content-length': String(length) };
    if (!range) return { status: 200, headers: described, body };
    const contentRange = `bytes ${range.start}-${range.end}/${version.size}`;
    return { status: 206, headers: { ...described, 'content-range': contentRange }, body };
  },
};

/** The `response-…` parameters: headers as the caller wants them, for one answer. */
export function overrides({ query }: S3Request): Record<string, string> {
  const chosen = RESPONSE_PARAMETERS.filter((name) => query.has(name));
  return Object.fromEntries(chosen.map((name) => [name.slice('response-'.length), query.get(name) ?? '']));
}

function checkReadable(version: ObjectVersion): void {
  const storageClass = version.attributes.headers['x-amz-storage-class'] ?? '';
  if (!ARCHIVED.includes(storageClass)) return;
  const message = "The operation is not valid for the object's storage class";
  throw new S3Error('InvalidObjectState', message, 403, { StorageClass: storageClass });
}
