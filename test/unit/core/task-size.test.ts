import { describe, expect, it } from 'vitest';
import { isFargateSize, nextMemorySize, sizeForObject } from '../../../core/task-size.ts';

const MIB = 2 ** 20;
const SMALLEST = { cpu: 1024, memory: 2048 };
const INSTANCE = { cpu: 4096, memory: 14_336 };

describe('the size of a task for an object', () => {
  it.each([
    [1, SMALLEST],
    [500 * MIB, { cpu: 1024, memory: 3072 }],
    [2000 * MIB, { cpu: 4096, memory: 9216 }],
    [5120 * MIB, { cpu: 8192, memory: 24_576 }],
    [100_000 * MIB, { cpu: 16_384, memory: 122_880 }],
  ])('grows with it: %d bytes', (bytes, expected) => {
    expect(sizeForObject(bytes, SMALLEST)).toEqual(expected);
  });

  it('ends at the largest that the capacity has', () => {
    for (const mebibytes of [1, 100, 1000, 3000, 5120, 100_000]) {
      const size = sizeForObject(mebibytes * MIB, SMALLEST, INSTANCE);
      expect(isFargateSize(size)).toBe(true);
      expect(size.cpu).toBeLessThanOrEqual(INSTANCE.cpu);
      expect(size.memory).toBeLessThanOrEqual(INSTANCE.memory);
    }
    expect(sizeForObject(5120 * MIB, SMALLEST, INSTANCE)).toEqual(INSTANCE);
  });
});

describe('after a memory kill', () => {
  it('the next size has at least twice the memory', () => {
    expect(nextMemorySize({ cpu: 1024, memory: 3072 })).toEqual({ cpu: 1024, memory: 6144 });
    expect(nextMemorySize({ cpu: 1024, memory: 5120 })).toEqual({ cpu: 2048, memory: 10_240 });
  });

  it('there is none above the largest', () => {
    expect(nextMemorySize({ cpu: 4096, memory: 8192 }, INSTANCE)).toBeUndefined();
    expect(nextMemorySize({ cpu: 2048, memory: 6144 }, INSTANCE)).toEqual({ cpu: 2048, memory: 12_288 });
    expect(nextMemorySize({ cpu: 16_384, memory: 122_880 })).toBeUndefined();
  });
});
