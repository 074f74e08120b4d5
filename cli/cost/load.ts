import { sizeForObject } from '../../core/task-size.ts';
import { hoursForCpus, placement, type TaskShape, taskHours, taskShape } from './compute.ts';
import { contextOf } from './estimate.ts';
import { type CostRow, MONTH_HOURS, priced } from './row.ts';
import { busyScaler } from './scaler.ts';
import type { StackResource } from './stack-resources.ts';

/** What is to be done. */
export interface Load {
  readonly jobsPerDay: number;
  /** Of one object. */
  readonly megabytes: number;
  /** Objects larger than this get a task of their own. */
  readonly largeObjectBytes: number;
}

const DAYS = MONTH_HOURS / 24;

/**
 * Calls of one picture's job, the upload counted with them: as `npm run bench -- --only requests` counts them, for a first
 * attempt. Another processor writes another number of outputs.
 */
const CALLS = { s3Writes: 8, s3Reads: 2, sqs: 3 } as const;

/** Seconds of one slot for a picture: a base, and by size; a guess from 130 ms per 12-megapixel picture (4 MB), times four. */
const secondsOf = (megabytes: number) => 0.5 + 0.13 * megabytes;
/** How much of a service task's time is work: the rest is its start, the wait for the next job, and the way down. */
const BUSY_SHARE = 0.5;
/** Image, mounts, and the end: what a task is charged for beside its job. */
const TASK_OVERHEAD_SECONDS = 45;
const LEAST_TASK_SECONDS = 60;
const LOG_GB_PER_JOB = 3e-6;
/** Of the outputs of a picture. */
const OUTPUT_GB = 40e-6;

/** What the work itself costs a month, beside what is idle. */
export function loadRows(load: Load, resources: readonly StackResource[]): readonly CostRow[] {
  const jobs = load.jobsPerDay * DAYS;
  const gigabytes = (jobs * load.megabytes) / 1000;
  const large = load.megabytes * 1e6 > load.largeObjectBytes;
  return [
    ...(large ? largeTasks(load, jobs, resources) : serviceTasks(load, jobs, resources)),
    priced(
      'objects and records',
      's3Write',
      jobs * CALLS.s3Writes,
      `${CALLS.s3Writes} writes a job, the upload among them`,
    ),
    priced('objects and records', 's3Read', jobs * CALLS.s3Reads, `${CALLS.s3Reads} reads a job`),
    priced('objects', 's3Storage', gigabytes / 2, 'of the first month: half of its uploads, on average'),
    priced('outputs on the file system', 'efsWrite', jobs * OUTPUT_GB),
    priced('outputs on the file system', 'efsStorage', (jobs * OUTPUT_GB) / 2, 'of the first month'),
    priced('events', 's3Event', jobs),
    priced('messages', 'sqsRequest', jobs * CALLS.sqs, 'one sent, received and deleted each'),
    priced('logs', 'logIngestion', jobs * LOG_GB_PER_JOB),
    ...endpointData(resources, gigabytes),
  ];
}

function serviceTasks(load: Load, jobs: number, resources: readonly StackResource[]): readonly CostRow[] {
  const context = contextOf(resources);
  const service = context.ofType('AWS::ECS::Service')[0];
  const definition = context.find(String(service?.properties.TaskDefinition));
  if (service === undefined || definition === undefined) return [];
  const shape = taskShape(definition);
  const slots = Math.floor(shape.cpus) + 1;
  const hours = (jobs * secondsOf(load.megabytes)) / slots / BUSY_SHARE / 3600;
  const { spotShare, publicAddress } = placement(service);
  const [group] = context.ofType('AWS::AutoScaling::AutoScalingGroup');
  const scaler = context.find('ScaleServiceLambdaFunction');
  // With little to do one task is there at a time, and the scaler looks after it.
  const scaling = scaler === undefined ? [] : busyScaler(scaler, hours);
  if (shape.launch === 'instances' && group !== undefined) {
    const note = 'machines that are full of tasks, all on demand';
    return [hoursForCpus(group, context, hours * shape.cpus, note), ...scaling];
  }
  // The first task is on demand: with little to do it is the only one.
  const first = Math.min(hours, MONTH_HOURS);
  const spot = (hours - first) * spotShare;
  const seconds = secondsOf(load.megabytes).toFixed(1);
  const note = `${seconds} s a job, ${slots} at a time, half of the time busy`;
  return [
    ...taskHours('service tasks', shape, hours - spot, { spot: false, publicAddress }, note),
    ...(spot > 0 ? taskHours('service tasks on Spot', shape, spot, { spot: true, publicAddress }, note) : []),
    ...scaling,
  ];
}

function largeTasks(load: Load, jobs: number, resources: readonly StackResource[]): readonly CostRow[] {
  const context = contextOf(resources);
  const definition = context.find('JobTaskDefinition');
  const service = context.ofType('AWS::ECS::Service')[0];
  if (definition === undefined) return [];
  const smallest = taskShape(definition);
  const size = sizeForObject(load.megabytes * 1e6, { cpu: smallest.cpus * 1024, memory: smallest.gigabytes * 1024 });
  const shape: TaskShape = { ...smallest, cpus: size.cpu / 1024, gigabytes: size.memory / 1024 };
  const seconds = Math.max(LEAST_TASK_SECONDS, TASK_OVERHEAD_SECONDS + secondsOf(load.megabytes));
  const publicAddress = service !== undefined && placement(service).publicAddress;
  const [group] = context.ofType('AWS::AutoScaling::AutoScalingGroup');
  const note = `${shape.cpus} vCPU, ${shape.gigabytes} GB and ${Math.round(seconds)} s a job`;
  return [
    ...(shape.launch === 'instances' && group !== undefined
      ? [hoursForCpus(group, context, (jobs * seconds * shape.cpus) / 3600, note)]
      : []),
    ...taskHours('tasks of their own', shape, (jobs * seconds) / 3600, { spot: false, publicAddress }, note),
    priced('launches and stops', 'lambdaRequest', 2 * jobs),
    priced('launches and stops', 'lambdaArmCompute', 2 * jobs * 0.5, 'a second each, 512 MB'),
  ];
}

/** What goes to APIs through an interface endpoint or NAT; objects and images take the free S3 gateway. */
function endpointData(resources: readonly StackResource[], gigabytes: number): readonly CostRow[] {
  const context = contextOf(resources);
  const logs = gigabytes > 0 ? gigabytes * 0.001 : 0;
  const interfaces = context
    .ofType('AWS::EC2::VPCEndpoint')
    .some(({ properties }) => properties.VpcEndpointType === 'Interface');
  if (interfaces) return [priced('calls through endpoints', 'interfaceEndpointData', logs, 'messages and logs')];
  return context.ofType('AWS::EC2::NatGateway').length > 0
    ? [priced('calls through NAT', 'natData', logs, 'messages and logs')]
    : [];
}
