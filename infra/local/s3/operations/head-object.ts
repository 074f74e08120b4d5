import { isNotModified } from '../conditions.ts';
import { writeObjectHeaders } from '../object-headers.ts';
import { readRange } from '../range.ts';
import type { S3Operation } from '../s3-operation.ts';
import { overrides, READ_ACCEPTS } from './get-object.ts';

export const headObject: S3Operation = {
  name: 'HeadObject',
  method: 'HEAD',
  on: 'object',
  ...READ_ACCEPTS,
  run(store, request) {
    const { headers, query } = request;
    const version = store.objects.get(request.bucket, request.key, query.get('versionId') ?? undefined);
    if (isNotModified(headers, version)) return { status: 304, headers: writeObjectHeaders(store, version, false) };
    const range = readRange(headers.range, version.size);
    const answer = {
      ...writeObjectHeaders(store, version, headers['x-amz-checksum-mode'] === 'ENABLED'),
      ...overrides(request),
    };
    if (!range) return { status: 200, headers: { ...answer, 'content-length': String(version.size) } };
    const contentRange = `bytes ${range.start}-${range.end}/${version.size}`;
    const length = String(range.end - range.start + 1);
    return { status: 206, headers: { ...answer, 'content-length': length, 'content-range': contentRange } };
  },
};
