import type { StageParameters } from '../stage-parameters.ts';

/** What an instance of the usual types leaves for one task: four CPUs, and 16 GiB less those of the system and the agent. */
const ON_INSTANCES = { cpu: 4096, memory: 14_336 };
const ON_FARGATE = { cpu: 16_384, memory: 122_880 };

/** Fargate's largest scratch space, GiB; on machines the scratch space is what their disk has. */
const FARGATE_SCRATCH_GIB = 200;

/** Four CPUs with four times as much memory, of two generations and makers: Spot gives what there is. */
const INSTANCE_TYPES = { x86_64: ['m6i.xlarge', 'm6a.xlarge', 'm5.xlarge'], arm64: ['m7g.xlarge', 'm6g.xlarge'] };

/** AWS's names of the newest image for instances of ECS (Amazon ECS Developer Guide, "Retrieving ECS-optimized Linux AMI metadata"). */
const INSTANCE_IMAGES = {
  x86_64: '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
  arm64: '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
};

const COMPATIBILITY = { fargate: 'FARGATE', 'fargate-spot': 'FARGATE', ec2: 'EC2', external: 'EXTERNAL' } as const;

/** What tasks run on. */
export function placementValues(parameters: StageParameters) {
  const { capacity, cpuArchitecture, largestTaskCpu, largestTaskMemory, onDemandWeight, spotWeight } = parameters;
  const isFargate = capacity === 'fargate' || capacity === 'fargate-spot';
  const largest = isFargate ? ON_FARGATE : ON_INSTANCES;
  const types = parameters.instanceTypes.length > 0 ? parameters.instanceTypes : INSTANCE_TYPES[cpuArchitecture];
  return {
    /** Name of a file in infra/. */
    capacityFile: `capacity-${capacity}`,
    compatibility: COMPATIBILITY[capacity],
    /** External machines know no other than Docker's own. */
    networkMode: capacity === 'external' ? 'bridge' : 'awsvpc',
    /** Empty: the cluster's default strategy says. There is none for external machines. */
    launchType: capacity === 'external' ? 'EXTERNAL' : '',
    /** ECS is not known to protect tasks on external machines. */
    taskProtection: capacity === 'external' ? 'off' : 'on',
    architecture: cpuArchitecture === 'arm64' ? 'ARM64' : 'X86_64',
    largestCpu: largestTaskCpu === 0 ? largest.cpu : largestTaskCpu,
    largestMemory: largestTaskMemory === 0 ? largest.memory : largestTaskMemory,
    largestScratchGib: isFargate ? FARGATE_SCRATCH_GIB : 0,
    instanceOverrides: types.map((type) => ({ InstanceType: type })),
    instanceImage: `{{resolve:ssm:${INSTANCE_IMAGES[cpuArchitecture]}}}`,
    /** Of instances above the base. */
    onDemandPercent: Math.round((100 * onDemandWeight) / (onDemandWeight + spotWeight)),
  };
}
