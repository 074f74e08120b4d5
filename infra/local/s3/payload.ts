import type { Readable } from 'node:stream';
import { readWhole } from '../http/wire.ts';
import { decodeChunks, type Trailers } from './aws-chunked.ts';
import type { BodyFolder, StoredBody } from './bodies.ts';
import { type Checksum, type ChecksumAlgorithm, type RunningDigest, startChecksum, startHash } from './checksums.ts';
import { checkChecksum, type ExpectedChecksum, readExpectedChecksum } from './expected-checksum.ts';
import { headerNotImplemented, S3Error } from './s3-error.ts';

/** What a client says about the data that it sends; all of it is checked. */
export interface Expectations {
  /** Bytes. */
  readonly length?: number | undefined;
  /** Base64. */
  readonly md5?: string | undefined;
  /** Lower-case hexadecimal. */
  readonly sha256?: string | undefined;
  readonly checksum?: ExpectedChecksum | undefined;
  /** A checksum to make when the client sent none. */
  readonly compute?: ChecksumAlgorithm | undefined;
}

/** Data that arrived whole and matches what was said about it. */
export interface ReceivedBody extends StoredBody {
  /** Lower-case hexadecimal. */
  readonly md5: string;
  readonly checksum?: Checksum | undefined;
}

/** A body up to this size stands in the database: one write instead of a file, a rename and a write. */
export const INLINE_BYTES = 16 * 1024;
/** The most that one PUT or one part may carry: https://docs.aws.amazon.com/general/latest/gr/s3.html. */
export const MAX_PUT_BYTES = 5 * 1024 ** 3;

type Headers = Readonly<Record<string, string>>;

/** Streams a request's body into the folder and checks length and checksums. Throws what S3 answers to a bad one. */
export function receivePayload(
  bodies: BodyFolder,
  request: { headers: Headers; body: Readable },
  options: { inlineLimit?: number; compute?: ChecksumAlgorithm | undefined } = {},
): Promise<ReceivedBody> {
  const { headers } = request;
  const { inlineLimit = INLINE_BYTES, compute } = options;
  if (!isChunked(headers) && Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= inlineLimit) {
    return receiveSmall(request, { ...readExpectations(headers), compute });
  }
  const trailers: Trailers = { values: new Map() };
  // The default iterator destroys the socket on error, and the client would never read the answer.
  const raw = request.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const source = isChunked(headers) ? decodeChunks(raw, trailers) : raw;
  return receiveBody(bodies, source, { ...readExpectations(headers, trailers), compute }, inlineLimit);
}

/** The same for data that stands in the database and is in one piece: no stream, no generators, no running digests. */
async function receiveSmall(request: { body: Readable }, expected: Expectations): Promise<ReceivedBody> {
  const inline = await readWhole(request.body);
  const digests = startDigests(expected);
  for (const digest of digests.all) digest.update(inline);
  return { size: inline.length, inline, segments: [], ...checkDigests(expected, inline.length, digests) };
}

/** Streams data into the folder and holds it against what was said about it. */
export async function receiveBody(
  bodies: BodyFolder,
  source: AsyncIterable<Uint8Array>,
  expected: Expectations,
  inlineLimit = INLINE_BYTES,
): Promise<ReceivedBody> {
  const digests = startDigests(expected);
  const body = await bodies.write(tap(source, digests.all), inlineLimit);
  try {
    return { ...body, ...checkDigests(expected, body.size, digests) };
  } catch (error) {
    bodies.remove(body);
    throw error;
  }
}

function startDigests(expected: Expectations) {
  const algorithm = expected.checksum?.algorithm ?? expected.compute;
  const md5 = startHash('md5');
  const sha256 = expected.sha256 === undefined ? undefined : startHash('sha256');
  const checksum = algorithm && { algorithm, digest: startChecksum(algorithm) };
  const all = [md5, sha256, checksum?.digest].filter((digest) => digest !== undefined);
  return { md5, sha256, checksum, all };
}

/** Holds what has arrived against what was said about it. Throws what S3 answers when it differs. */
function checkDigests(
  expected: Expectations,
  size: number,
  { md5, sha256, checksum }: ReturnType<typeof startDigests>,
): Pick<ReceivedBody, 'md5' | 'checksum'> {
  const digest = md5.digest();
  checkLength(expected, size);
  checkMd5(expected, digest);
  checkSha256(expected, sha256?.digest());
  const received = { md5: digest.toString('hex') };
  if (!checksum) return received;
  const value = checksum.digest.digest().toString('base64');
  const kept = { algorithm: checksum.algorithm, value, type: 'FULL_OBJECT' } as const;
  checkChecksum(expected.checksum, kept);
  return { ...received, checksum: kept };
}

function readExpectations(headers: Headers, trailers?: Trailers): Expectations {
  const length = headers[isChunked(headers) ? 'x-amz-decoded-content-length' : 'content-length'];
  if (length === undefined) {
    // S3 takes no data of unknown length; accepting it here would hide a fault that shows on AWS.
    if (headers['transfer-encoding']) throw headerNotImplemented('Transfer-Encoding');
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  if (Number(length) > MAX_PUT_BYTES) throw entityTooLarge(Number(length));
  const sha256 = headers['x-amz-content-sha256'];
  return {
    length: Number(length),
    md5: headers['content-md5'],
    sha256: sha256 && /^[\da-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : undefined,
    checksum: readExpectedChecksum(headers, trailers),
  };
}

function isChunked(headers: Headers): boolean {
  const streaming = headers['x-amz-content-sha256']?.startsWith('STREAMING-') ?? false;
  return streaming || /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
}

async function* tap(
  source: AsyncIterable<Uint8Array>,
  digests: readonly RunningDigest[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MAX_PUT_BYTES) throw entityTooLarge(size);
    for (const digest of digests) digest.update(chunk);
    yield chunk;
  }
}

function checkLength(expected: Expectations, size: number): void {
  if (expected.length === undefined || expected.length === size) return;
  const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
  throw new S3Error('IncompleteBody', message, 400);
}

function checkMd5(expected: Expectations, digest: Buffer): void {
  if (expected.md5 === undefined) return;
  if (Buffer.from(expected.md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400);
  }
  const calculated = digest.toString('base64');
  if (expected.md5 === calculated) return;
  const details = { ExpectedDigest: expected.md5, CalculatedDigest: calculated };
  throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, details);
}

function checkSha256(expected: Expectations, digest: Buffer | undefined): void {
  const calculated = digest?.toString('hex');
  if (expected.sha256 === calculated) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  const details = {
    ClientComputedContentSHA256: expected.sha256,
    S3ComputedContentSHA256: calculated,
  };
  throw new S3Error('XAmzContentSHA256Mismatch', message, 400, details);
}

function entityTooLarge(size: number): S3Error {
  const message = 'Your proposed upload exceeds the maximum allowed size';
  return new S3Error('EntityTooLarge', message, 400, { ProposedSize: size, MaxSizeAllowed: MAX_PUT_BYTES });
}
