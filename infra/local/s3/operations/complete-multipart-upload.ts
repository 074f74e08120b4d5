import { checksumElement } from '../checksums.ts';
import { choosePartsOf, multipartChecksum, multipartEtag, readWantedParts } from '../complete-upload.ts';
import { readWriteConditions } from '../conditions.ts';
import { checkBucket } from '../make-object.ts';
import { writtenHeaders } from '../object-headers.ts';
import { readDocument } from '../read-document.ts';
import { S3Error } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { xmlResponse } from '../xml-response.ts';

export const completeMultipartUpload: S3Operation = {
  name: 'CompleteMultipartUpload',
  method: 'POST',
  on: 'object',
  selectors: ['uploadId'],
  headers: ['x-amz-checksum-type', 'x-amz-mp-object-size'],
  async run(store, request, call) {
    const { bucket, key, headers } = request;
    checkBucket(store, request);
    const conditions = readWriteConditions(headers);
    const upload = store.uploads.get(bucket, key, request.query.get('uploadId') ?? '');
    const wanted = readWantedParts(await readDocument(request));
    const uploaded = store.uploads.parts(upload);
    const parts = choosePartsOf(uploaded, wanted);
    const size = parts.reduce((bytes, part) => bytes + part.size, 0);
    checkSize(headers['x-amz-mp-object-size'], size);
    const body = { size, segments: parts.flatMap((part) => part.segments) };
    const checksum = await multipartChecksum(store.bodies, upload, parts, body, headers);
    const attributes = { ...upload.attributes, checksum, partsCount: parts.length };
    const object = { bucket, key, body, etag: multipartEtag(parts), attributes, conditions };
    const origin = { requestId: call.requestId, reason: 'CompleteMultipartUpload' } as const;
    const version = await store.objects.put(object, origin, () => {
      // Asked for again: it may have been aborted or completed while the checksum was made.
      store.uploads.forget(store.uploads.get(bucket, key, upload.uploadId));
    });
    for (const part of uploaded) if (!parts.includes(part)) store.bodies.remove(part);
    const { etag, ...answer } = writtenHeaders(store, version);
    const location = `${call.origin}/${bucket}/${encodeURIComponent(key)}`;
    const result = { Location: location, Bucket: bucket, Key: key, ETag: etag, ...checksumElement(checksum) };
    return xmlResponse('CompleteMultipartUploadResult', result, answer);
  },
};

function checkSize(expected: string | undefined, size: number): void {
  if (expected === undefined || Number(expected) === size) return;
  const message = `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`;
  throw new S3Error('InvalidRequest', message, 400);
}
