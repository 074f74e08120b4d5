import { parseAlgorithm } from '../checksums.ts';
import { checkBucket } from '../make-object.ts';
import { OBJECT_HEADERS, readObjectHeaders } from '../object-headers.ts';
import { S3Error } from '../s3-error.ts';
import type { S3Operation } from '../s3-operation.ts';
import { readTagHeader } from '../tagging.ts';
import { xmlResponse } from '../xml-response.ts';

export const createMultipartUpload: S3Operation = {
  name: 'CreateMultipartUpload',
  method: 'POST',
  on: 'object',
  selectors: ['uploads'],
  headers: [...OBJECT_HEADERS, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
  run(store, request) {
    const { bucket, key, headers } = request;
    checkBucket(store, request);
    const attributes = { headers: readObjectHeaders(headers), tags: readTagHeader(headers['x-amz-tagging']) };
    const checksum = readChecksum(headers);
    const { uploadId } = store.uploads.start({ bucket, key, attributes, checksum });
    const told: Record<string, string> = checksum
      ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
      : {};
    return xmlResponse('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId }, told);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html, the table of types. */
function readChecksum(headers: Readonly<Record<string, string>>) {
  const algorithm = parseAlgorithm(headers['x-amz-checksum-algorithm']);
  if (!algorithm) return undefined;
  const type = headers['x-amz-checksum-type'] ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isSha = algorithm.startsWith('SHA');
  const known = isSha ? ['COMPOSITE'] : algorithm === 'CRC64NVME' ? ['FULL_OBJECT'] : ['COMPOSITE', 'FULL_OBJECT'];
  if (known.includes(type)) return { algorithm, type: type as 'FULL_OBJECT' | 'COMPOSITE' };
  const message = `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`;
  throw new S3Error('InvalidRequest', message, 400);
}
