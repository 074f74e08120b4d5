import { checksumElement, parseAlgorithm } from '../checksums.ts';
import { readWriteConditions } from '../conditions.ts';
import { COPY_SOURCE_HEADERS, copiedHeaders, readCopySource } from '../copy-source.ts';
import { checkBucket, makeObject } from '../make-object.ts';
import { OBJECT_HEADERS, readObjectHeaders, writtenHeaders } from '../object-headers.ts';
import type { ObjectAttributes, ObjectVersion } from '../object-version.ts';
import { receiveBody } from '../payload.ts';
import { S3Error } from '../s3-error.ts';
import type { S3Operation, S3Request } from '../s3-operation.ts';
import { readTagHeader } from '../tagging.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';

export const copyObject: S3Operation = {
  name: 'CopyObject',
  method: 'PUT',
  on: 'object',
  selectorHeaders: ['x-amz-copy-source'],
  headers: [
    ...OBJECT_HEADERS,
    ...COPY_SOURCE_HEADERS,
    'x-amz-metadata-directive',
    'x-amz-tagging-directive',
    'x-amz-checksum-algorithm',
  ],
  async run(store, request, call) {
    const { bucket, key, headers } = request;
    checkBucket(store, request);
    const conditions = readWriteConditions(headers);
    const source = readCopySource(store, request);
    const attributes = copiedAttributes(request, source);
    const compute = parseAlgorithm(headers['x-amz-checksum-algorithm']) ?? source.attributes.checksum?.algorithm;
    const body = await receiveBody(store.bodies, chunksOf(store.objects.open(source)), { compute });
    const origin = { requestId: call.requestId, reason: 'CopyObject' } as const;
    const version = await makeObject(store, { bucket, key, body, attributes, conditions }, origin);
    const result = {
      ETag: `"${version.etag}"`,
      LastModified: isoTime(version.modifiedAt),
      ...checksumElement(version.attributes.checksum),
    };
    const answer = { ...writtenHeaders(store, version), ...copiedHeaders(store, source) };
    return xmlResponse('CopyObjectResult', result, answer);
  },
};

/** The bytes of an opened object, chunk by chunk. */
export async function* chunksOf(opened: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (opened instanceof Uint8Array) yield opened;
  else yield* opened;
}

function copiedAttributes({ bucket, key, headers }: S3Request, source: ObjectVersion): ObjectAttributes {
  const replacesHeaders = headers['x-amz-metadata-directive'] === 'REPLACE';
  const replacesTags = headers['x-amz-tagging-directive'] === 'REPLACE';
  const own = readObjectHeaders(headers);
  const changes = replacesHeaders || replacesTags || 'x-amz-storage-class' in own || !source.isLatest;
  if (source.bucket === bucket && source.key === key && !changes) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new S3Error('InvalidRequest', message, 400);
  }
  // Storage class and encryption are the copy's own: they are never taken over.
  const described = Object.entries(source.attributes.headers).filter(([name]) => isDescriptive(name));
  const settings = Object.entries(own).filter(([name]) => !isDescriptive(name));
  return {
    headers: replacesHeaders ? own : Object.fromEntries([...described, ...settings]),
    tags: replacesTags ? readTagHeader(headers['x-amz-tagging']) : source.attributes.tags,
  };
}

function isDescriptive(header: string): boolean {
  return !header.startsWith('x-amz-') || header.startsWith('x-amz-meta-');
}
