import { describe, expect, it } from 'vitest';
import { cpuUnits, fargateSize, memoryMib } from '../../../infra/local/ecs/fargate-sizes.ts';

describe('the sizes of Fargate', () => {
  it.each([
    ['256', '512'],
    ['256', '2048'],
    ['512', '4096'],
    ['1024', '8192'],
    ['2048', '16384'],
    ['4096', '30720'],
    ['8192', '16384'],
    ['16384', '122880'],
    ['1 vCPU', '2 GB'],
  ])('have %s CPU with %s memory', (cpu, memory) => {
    expect(fargateSize(cpu, memory)).toEqual({ cpu: cpuUnits(cpu), memory: memoryMib(memory) });
  });

  it.each([
    ['256', '4096'],
    ['512', '512'],
    ['1024', '2500'],
    ['4096', '31744'],
    ['8192', '17408'],
    ['16384', '16384'],
    ['300', '1024'],
    ['one', '1024'],
  ])('do not have %s CPU with %s memory', (cpu, memory) => {
    expect(() => fargateSize(cpu, memory)).toThrow(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`,
    );
  });
});
