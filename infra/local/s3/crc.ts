import { crc32 as zlibCrc32 } from 'node:zlib';

/** A running CRC over chunks of bytes, big-endian at the end. */
export interface RunningCrc {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

/** CRC-32 as in zip, by zlib. */
export function crc32(): RunningCrc {
  let value = 0;
  return {
    update(chunk) {
      value = zlibCrc32(chunk, value);
    },
    digest: () => uint32(value),
  };
}

/** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78. */
export function crc32c(): RunningCrc {
  let value = -1;
  return {
    update(chunk) {
      let crc = value;
      for (let index = 0; index < chunk.length; index += 1) {
        crc = (CASTAGNOLI[(crc ^ (chunk[index] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
      }
      value = crc;
    },
    digest: () => uint32(~value),
  };
}

/** CRC-64/NVME, reflected polynomial 0x9A6C9329AC4BC9B5, in two 32-bit halves because BigInt is slow. */
export function crc64nvme(): RunningCrc {
  let high = -1;
  let low = -1;
  return {
    update(chunk) {
      let top = high;
      let bottom = low;
      for (let index = 0; index < chunk.length; index += 1) {
        const slot = (bottom ^ (chunk[index] ?? 0)) & 0xff;
        bottom = ((bottom >>> 8) | (top << 24)) ^ (NVME_LOW[slot] ?? 0);
        top = (top >>> 8) ^ (NVME_HIGH[slot] ?? 0);
      }
      high = top;
      low = bottom;
    },
    digest: () => Buffer.concat([uint32(~high), uint32(~low)]),
  };
}

const CASTAGNOLI = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

const NVME = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  return crc;
});
const NVME_HIGH = Int32Array.from(NVME, (crc) => Number(crc >> 32n) | 0);
const NVME_LOW = Int32Array.from(NVME, (crc) => Number(crc & 0xffffffffn) | 0);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
