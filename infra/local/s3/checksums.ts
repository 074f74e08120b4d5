import { createHash } from 'node:crypto';
import { crc32, crc32c, crc64nvme } from './crc.ts';
import { S3Error } from './s3-error.ts';

/** S3's names of the checksums that a client may send with its data. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum of an object: base64, with `-N` after it when it is made of the checksums of N parts. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A running digest over chunks of bytes. */
export interface RunningDigest {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

/** A fresh digest of one of S3's algorithms. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningDigest {
  switch (algorithm) {
    case 'CRC32':
      return crc32();
    case 'CRC32C':
      return crc32c();
    case 'CRC64NVME':
      return crc64nvme();
    case 'SHA1':
      return startHash('sha1');
    case 'SHA256':
      return startHash('sha256');
  }
}

/** A fresh digest by a hash function of OpenSSL. */
export function startHash(name: 'md5' | 'sha1' | 'sha256'): RunningDigest {
  const hash = createHash(name);
  return {
    update(chunk) {
      hash.update(chunk);
    },
    digest: () => hash.digest(),
  };
}

/** `x-amz-checksum-crc32` for CRC32. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** `ChecksumCRC32` for CRC32, as the XML has it. */
export function checksumElement(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** The headers that tell a checksum to the client. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** Reads an algorithm's name as clients spell it. Throws InvalidRequest. */
export function parseAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (known) return known;
  const message = `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`;
  throw new S3Error('InvalidRequest', message, 400);
}
