import { AwsError } from '../http/aws-error.ts';

/** CPU units and MiB of a task on Fargate. */
export interface FargateSize {
  readonly cpu: number;
  readonly memory: number;
}

const GIB = 1024;

/** Memory in MiB by CPU units: [least, most, step] (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html). */
const MEMORY_BY_CPU: Readonly<Record<number, readonly [number, number, number]>> = {
  512: [GIB, 4 * GIB, GIB],
  1024: [2 * GIB, 8 * GIB, GIB],
  2048: [4 * GIB, 16 * GIB, GIB],
  4096: [8 * GIB, 30 * GIB, GIB],
  8192: [16 * GIB, 60 * GIB, 4 * GIB],
  16384: [32 * GIB, 120 * GIB, 8 * GIB],
};

/** The size as numbers, when Fargate has it. Throws ClientException in AWS's words when it does not. */
export function fargateSize(cpu: string | undefined, memory: string | undefined): FargateSize {
  if (cpu === undefined)
    throw new AwsError('ClientException', 'Fargate requires that cpu be defined at the task level.');
  if (memory === undefined) {
    throw new AwsError('ClientException', 'Fargate requires that memory be defined at the task level.');
  }
  const size = { cpu: cpuUnits(cpu), memory: memoryMib(memory) };
  if (isOffered(size)) return size;
  throw new AwsError(
    'ClientException',
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  );
}

/** CPU units of `1024` or `1 vCPU`. */
export function cpuUnits(text: string): number {
  const virtual = /^([\d.]+)\s*vcpu$/i.exec(text);
  return virtual ? Number(virtual[1]) * 1024 : Number(text);
}

/** MiB of `2048` or `2 GB`. */
export function memoryMib(text: string): number {
  const gibibytes = /^([\d.]+)\s*gb$/i.exec(text);
  return gibibytes ? Number(gibibytes[1]) * GIB : Number(text);
}

function isOffered({ cpu, memory }: FargateSize): boolean {
  if (cpu === 256) return [512, GIB, 2 * GIB].includes(memory);
  const range = MEMORY_BY_CPU[cpu];
  if (range === undefined) return false;
  const [least, most, step] = range;
  return memory >= least && memory <= most && memory % step === 0;
}
