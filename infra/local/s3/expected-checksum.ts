import type { Trailers } from './aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, type Checksum, type ChecksumAlgorithm, checksumHeader } from './checksums.ts';
import { S3Error } from './s3-error.ts';

/** A checksum that the client announced: its value is known before the data, or follows it in a trailer. */
export interface ExpectedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; undefined when the client sent none. */
  value(): string | undefined;
}

const DIGEST_BYTES: Record<ChecksumAlgorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** Finds the checksum in `x-amz-checksum-*`, or its name in `x-amz-trailer`. Throws InvalidRequest. */
export function readExpectedChecksum(
  headers: Readonly<Record<string, string>>,
  trailers: Trailers = { values: new Map() },
): ExpectedChecksum | undefined {
  const announced = headers['x-amz-trailer']?.toLowerCase() ?? '';
  const inTrailer = CHECKSUM_ALGORITHMS.find((algorithm) => announced === checksumHeader(algorithm));
  if (inTrailer) {
    return { algorithm: inTrailer, value: () => trailers.values.get(checksumHeader(inTrailer)) };
  }
  const sent = CHECKSUM_ALGORITHMS.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  if (sent.length > 1) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new S3Error('InvalidRequest', message, 400);
  }
  const [algorithm] = sent;
  return algorithm && { algorithm, value: () => headers[checksumHeader(algorithm)] };
}

/** Holds what was announced against what arrived. Throws InvalidRequest when it is malformed, BadDigest on mismatch. */
export function checkChecksum(expected: ExpectedChecksum | undefined, calculated: Checksum): void {
  if (!expected) return;
  const { algorithm } = expected;
  const value = expected.value();
  if (value === undefined || Buffer.from(value, 'base64').length !== DIGEST_BYTES[algorithm]) {
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`, 400);
  }
  if (value !== calculated.value) throw checksumMismatch(algorithm, value, calculated.value);
}

/** 400 BadDigest for a checksum of S3's own kind. */
export function checksumMismatch(algorithm: ChecksumAlgorithm, expected: string, calculated: string): S3Error {
  const message = `The ${algorithm} you specified did not match the calculated checksum.`;
  return new S3Error('BadDigest', message, 400, { ExpectedDigest: expected, CalculatedDigest: calculated });
}
