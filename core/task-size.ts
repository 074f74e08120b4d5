/** CPU in units (1,024 = one vCPU), memory in MiB: a pair that Fargate offers. */
export interface TaskSize {
  readonly cpu: number;
  readonly memory: number;
}

const MIB = 1024;

/** Fargate's sizes (Amazon ECS Developer Guide, "Task CPU and memory"): CPU units, then memory from, to, in steps of. */
const FARGATE: readonly (readonly [cpu: number, memory: readonly number[]])[] = [
  [256, [512, MIB, 2 * MIB]],
  [512, range(1 * MIB, 4 * MIB, MIB)],
  [1024, range(2 * MIB, 8 * MIB, MIB)],
  [2048, range(4 * MIB, 16 * MIB, MIB)],
  [4096, range(8 * MIB, 30 * MIB, MIB)],
  [8192, range(16 * MIB, 60 * MIB, 4 * MIB)],
  [16384, range(32 * MIB, 120 * MIB, 8 * MIB)],
];

export function isFargateSize({ cpu, memory }: TaskSize): boolean {
  return FARGATE.some(([units, memories]) => units === cpu && memories.includes(memory));
}

/** Fargate's largest. */
export const LARGEST_FARGATE_SIZE: TaskSize = { cpu: 16_384, memory: 120 * MIB };

/**
 * The size for an object of `bytes`: never below `smallest`, memory of at least 512 MiB and four times the object (a
 * decoder's working set beside its input), and the CPU that Fargate sells with it; never above `largest`, which is
 * Fargate's unless the capacity has less.
 */
export function sizeForObject(bytes: number, smallest: TaskSize, largest = LARGEST_FARGATE_SIZE): TaskSize {
  const wanted = Math.max(smallest.memory, 512 + (4 * bytes) / 2 ** 20);
  for (const [cpu, memories] of sizesUpTo(largest)) {
    if (cpu < smallest.cpu) continue;
    const memory = memories.find((size) => size >= wanted);
    // A step up in CPU is worth it before memory is stretched to eight times the CPU: decoding is CPU-bound.
    if (memory !== undefined && memory <= 4 * cpu) return { cpu, memory };
  }
  return largest;
}

/**
 * The next larger memory after a task ran out of it: at least twice, more CPU where Fargate needs it. Undefined when that
 * is more than the largest has.
 */
export function nextMemorySize(size: TaskSize, largest = LARGEST_FARGATE_SIZE): TaskSize | undefined {
  for (const [cpu, memories] of sizesUpTo(largest)) {
    if (cpu < size.cpu) continue;
    const memory = memories.find((candidate) => candidate >= 2 * size.memory);
    if (memory !== undefined) return { cpu, memory };
  }
  return undefined;
}

function sizesUpTo({ cpu: most, memory: ceiling }: TaskSize) {
  return FARGATE.filter(([cpu]) => cpu <= most).map(
    ([cpu, memories]) => [cpu, memories.filter((memory) => memory <= ceiling)] as const,
  );
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
