import { describe, expect, it } from 'vitest';
import { type ChecksumAlgorithm, startChecksum } from '../../../infra/local/s3/checksums.ts';

/** The published check values of each algorithm for the text 123456789. */
const CHECKS: [ChecksumAlgorithm, string][] = [
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
];

describe('checksums', () => {
  it.each(CHECKS)('%s gives its check value, however the bytes are cut', (algorithm, expected) => {
    const digest = startChecksum(algorithm);
    for (const piece of ['1', '2345', '6789']) digest.update(Buffer.from(piece));
    expect(digest.digest().toString('hex')).toBe(expected);
  });
});
