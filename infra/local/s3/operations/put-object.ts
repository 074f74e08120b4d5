import { readWriteConditions } from '../conditions.ts';
import { checkBucket, makeObject } from '../make-object.ts';
import { OBJECT_HEADERS, readObjectHeaders, writtenHeaders } from '../object-headers.ts';
import { receivePayload } from '../payload.ts';
import type { S3Operation } from '../s3-operation.ts';
import { readTagHeader } from '../tagging.ts';

export const putObject: S3Operation = {
  name: 'PutObject',
  method: 'PUT',
  on: 'object',
  headers: OBJECT_HEADERS,
  async run(store, request, call) {
    const { bucket, key, headers } = request;
    checkBucket(store, request);
    const conditions = readWriteConditions(headers);
    const attributes = { headers: readObjectHeaders(headers), tags: readTagHeader(headers['x-amz-tagging']) };
    const body = await receivePayload(store.bodies, request);
    const origin = { requestId: call.requestId, reason: 'PutObject' } as const;
    const version = await makeObject(store, { bucket, key, body, attributes, conditions }, origin);
    return { status: 200, headers: writtenHeaders(store, version) };
  },
};
