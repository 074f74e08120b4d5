import { isFargateSize } from '../core/task-size.ts';
import type { StageParameters } from './stage-parameters.ts';
import { fitsLambda } from './values/responder-values.ts';

/** What parameters have to fulfil together. */
interface Combination {
  /** The parameter that the sentence is about. */
  readonly name: keyof StageParameters;
  /** What comes after "expected". */
  readonly expected: string;
  holds(parameters: StageParameters): boolean;
}

/** Graviton: m7g, c6gd, t4g, x2gd, i4g, im4gn, c7gn, and the first of them. */
const ARM_INSTANCE = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** Choices that do not go together, each as one sentence before anything happens. */
export const COMBINATIONS: readonly Combination[] = [
  {
    name: 'taskMemory',
    expected: 'MiB that Fargate offers together with taskCpu',
    holds: ({ taskCpu: cpu, taskMemory: memory }) => isFargateSize({ cpu, memory }),
  },
  {
    name: 'maxTasks',
    expected: 'a number that is not below minTasks',
    holds: ({ minTasks, maxTasks }) => minTasks <= maxTasks,
  },
  {
    name: 'minTasks',
    expected: 'at least 1: with scaling load there is nothing to measure while there is no task',
    holds: ({ scaling, minTasks }) => scaling !== 'load' || minTasks > 0,
  },
  {
    name: 'targetGroupLabel',
    expected: 'nothing: only scaling load counts requests',
    holds: ({ scaling, targetGroupLabel }) => scaling === 'load' || targetGroupLabel === '',
  },
  {
    name: 'largestTaskMemory',
    expected: 'MiB that Fargate offers together with largestTaskCpu, or 0 for both',
    holds: ({ largestTaskCpu: cpu, largestTaskMemory: memory }) =>
      (cpu === 0 && memory === 0) || isFargateSize({ cpu, memory }),
  },
  {
    name: 'largestTaskMemory',
    expected: 'a task that is not smaller than taskCpu and taskMemory say, or 0',
    holds: ({ largestTaskCpu, largestTaskMemory, taskCpu, taskMemory }) =>
      largestTaskCpu === 0 || (largestTaskCpu >= taskCpu && largestTaskMemory >= taskMemory),
  },
  {
    name: 'spotWeight',
    expected: 'more than 0, as onDemandWeight is 0',
    holds: ({ onDemandWeight, spotWeight }) => onDemandWeight + spotWeight > 0,
  },
  {
    name: 'firstResponder',
    expected: '0: a function reaches the shared files in a network of AWS alone, and network is none',
    holds: ({ firstResponder, network }) => firstResponder === 0 || network !== 'none',
  },
  {
    name: 'firstResponder',
    expected: '0: only scaling latency has a function that switches it off while tasks do its work for less',
    holds: ({ firstResponder, scaling }) => firstResponder === 0 || scaling === 'latency',
  },
  {
    name: 'firstResponder',
    expected:
      '0: Lambda has no functions with as much memory as a processor of this stage, or room for its largest object',
    holds: (parameters) => parameters.firstResponder === 0 || fitsLambda(parameters),
  },
  {
    name: 'network',
    expected: 'none: machines of your own (capacity external) are in no network of the stack',
    holds: ({ capacity, network }) => capacity !== 'external' || network === 'none',
  },
  {
    name: 'network',
    expected: 'public, private or existing: only capacity external does without',
    holds: ({ capacity, network }) => capacity === 'external' || network !== 'none',
  },
  {
    name: 'network',
    expected: 'private or existing: tasks on EC2 instances (capacity ec2) get no public address',
    holds: ({ capacity, network }) => capacity !== 'ec2' || network !== 'public',
  },
  {
    name: 'vpcId',
    expected: 'the ID of the existing VPC, as network is existing',
    holds: ({ network, vpcId }) => network !== 'existing' || vpcId !== '',
  },
  {
    name: 'subnetIds',
    expected: 'two or three subnets of the existing VPC, each in a zone of its own, as network is existing',
    holds: ({ network, subnetIds }) => network !== 'existing' || subnetIds.length === 2 || subnetIds.length === 3,
  },
  {
    name: 'vpcId',
    expected: 'nothing, as the stack makes its own network; or network existing',
    holds: ({ network, vpcId }) => network === 'existing' || vpcId === '',
  },
  {
    name: 'subnetIds',
    expected: 'nothing, as the stack makes its own network; or network existing',
    holds: ({ network, subnetIds }) => network === 'existing' || subnetIds.length === 0,
  },
  {
    name: 'assignPublicIp',
    expected: 'DISABLED: network public assigns addresses by itself, private and none have no use for them',
    holds: ({ network, assignPublicIp }) => network === 'existing' || assignPublicIp === 'DISABLED',
  },
  {
    name: 'assignPublicIp',
    expected: 'DISABLED: tasks on EC2 instances (capacity ec2) get no public address',
    holds: ({ capacity, assignPublicIp }) => capacity !== 'ec2' || assignPublicIp === 'DISABLED',
  },
  {
    name: 'instanceTypes',
    expected: 'nothing: only capacity ec2 has instances',
    holds: ({ capacity, instanceTypes }) => capacity === 'ec2' || instanceTypes.length === 0,
  },
  {
    name: 'instanceTypes',
    expected: 'types whose processor is that of cpuArchitecture',
    holds: ({ instanceTypes, cpuArchitecture }) =>
      instanceTypes.every((type) => ARM_INSTANCE.test(type) === (cpuArchitecture === 'arm64')),
  },
  {
    name: 'logging',
    expected: 'awslogs: FireLens is documented for Fargate and EC2, not for capacity external',
    holds: ({ capacity, logging }) => capacity !== 'external' || logging === 'awslogs',
  },
  {
    name: 'logging',
    expected: 'firelens, as splunkHost is set',
    holds: ({ splunkHost, logging }) => splunkHost === '' || logging === 'firelens',
  },
  {
    name: 'splunkTokenArn',
    expected: 'the ARN of the secret that holds the token, as splunkHost is set',
    holds: ({ splunkHost, splunkTokenArn }) => splunkHost === '' || splunkTokenArn !== '',
  },
  {
    name: 'splunkTokenArn',
    expected: 'nothing, as splunkHost is not set',
    holds: ({ splunkHost, splunkTokenArn }) => splunkHost !== '' || splunkTokenArn === '',
  },
  {
    name: 'splunkHost',
    expected: 'nothing: network private has no way to Splunk; network existing can have one',
    holds: ({ splunkHost, network }) => splunkHost === '' || network !== 'private',
  },
];
