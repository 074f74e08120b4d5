import { checksumHeaders } from '../checksums.ts';
import { readExpectedChecksum } from '../expected-checksum.ts';
import { checkBucket } from '../make-object.ts';
import type { ReceivedBody } from '../payload.ts';
import { receivePayload } from '../payload.ts';
import { invalidArgument, S3Error } from '../s3-error.ts';
import type { S3Operation, S3Request } from '../s3-operation.ts';
import type { S3Store } from '../store.ts';
import type { Part, Upload } from '../uploads.ts';

const MAX_PARTS = 10_000;

export const uploadPart: S3Operation = {
  name: 'UploadPart',
  method: 'PUT',
  on: 'object',
  selectors: ['partNumber', 'uploadId'],
  async run(store, request) {
    const { upload, number } = readPartTarget(store, request);
    checkAlgorithm(upload, request);
    // Parts always become files: the object is those files in a row, with nothing copied.
    const options = { inlineLimit: 0, compute: upload.checksum?.algorithm };
    const body = await receivePayload(store.bodies, request, options);
    const part = keepPart(store, upload, number, body);
    return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(part.checksum) } };
  },
};

/** The upload and part number that a request names, when it may write there. Throws NoSuchUpload, InvalidArgument. */
export function readPartTarget(store: S3Store, request: S3Request): { upload: Upload; number: number } {
  checkBucket(store, request);
  const upload = store.uploads.get(request.bucket, request.key, request.query.get('uploadId') ?? '');
  const text = request.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PARTS) return { upload, number };
  const message = `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`;
  throw invalidArgument(message, 'partNumber', text);
}

/** Adds data that has arrived to its upload; it is thrown away when the upload has ended meanwhile. */
export function keepPart(store: S3Store, upload: Upload, number: number, body: ReceivedBody): Part {
  try {
    return store.uploads.addPart(upload, number, body);
  } catch (error) {
    store.bodies.remove(body);
    throw error;
  }
}

function checkAlgorithm({ checksum }: Upload, { headers }: S3Request): void {
  const sent = readExpectedChecksum(headers)?.algorithm;
  if (!checksum || !sent || sent === checksum.algorithm) return;
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${sent.toLowerCase()}`;
  throw new S3Error('InvalidRequest', message, 400);
}
