import { checksumElement } from '../checksums.ts';
import { COPY_SOURCE_HEADERS, copiedHeaders, readCopySource } from '../copy-source.ts';
import { receiveBody } from '../payload.ts';
import { readRange } from '../range.ts';
import { invalidArgument } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { isoTime, xmlResponse } from '../xml-response.ts';
import { chunksOf } from './copy-object.ts';
import { keepPart, readPartTarget } from './upload-part.ts';

export const uploadPartCopy: S3Operation = {
  name: 'UploadPartCopy',
  method: 'PUT',
  on: 'object',
  selectors: ['partNumber', 'uploadId'],
  selectorHeaders: ['x-amz-copy-source'],
  headers: [...COPY_SOURCE_HEADERS, 'x-amz-copy-source-range'],
  async run(store, request) {
    const { upload, number } = readPartTarget(store, request);
    const source = readCopySource(store, request);
    const header = request.headers['x-amz-copy-source-range'];
    const range = readRange(header, source.size);
    if (header !== undefined && !range) {
      const message = 'The x-amz-copy-source-range value must be of the form bytes=first-last';
      throw invalidArgument(message, 'x-amz-copy-source-range', header);
    }
    const expected = { compute: upload.checksum?.algorithm };
    const body = await receiveBody(store.bodies, chunksOf(store.objects.open(source, range)), expected, 0);
    const part = keepPart(store, upload, number, body);
    const result = {
      ETag: `"${part.etag}"`,
      LastModified: isoTime(part.modifiedAt),
      ...checksumElement(part.checksum),
      ChecksumType: undefined,
    };
    return xmlResponse('CopyPartResult', result, copiedHeaders(store, source));
  },
};
