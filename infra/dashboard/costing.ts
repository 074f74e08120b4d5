import { INSTANCE_HOURS, PRICE_LIST, PRICES } from '../../cli/cost/prices.ts';
import { responderMemory } from '../values/responder-values.ts';
import { cluster, functionsOf, lambda, type Parts, service } from './rows.ts';
import { chart, computed, metric, named, text, type Widget } from './widgets.ts';

/** What a stage says that its costs depend on. */
export interface CostOptions extends Parts {
  /** CPU units of a service task, and of the smallest task for a large object. */
  readonly taskCpu: number;
  /** MiB. */
  readonly taskMemory: number;
  readonly capacity: 'fargate' | 'fargate-spot' | 'ec2' | 'external';
  readonly cpuArchitecture: 'x86_64' | 'arm64';
  /** For capacity ec2. */
  readonly instanceTypes: readonly string[];
  /** Tasks without a network share no file system. */
  readonly network: 'public' | 'private' | 'existing' | 'none';
}

const DAY_SECONDS = 86_400;
/** GB of memory of each function, and of the one that waits most of its time. */
const FUNCTION_GB = 0.5;
const SCALER_GB = 0.125;

/** What does it cost? */
export function costing(options: CostOptions): Widget[] {
  const onFargate = options.capacity === 'fargate' || options.capacity === 'fargate-spot';
  const { about, widget } = onFargate ? taskCosts(options) : machineCosts(options);
  return [
    text(
      `## What does it cost?\nAt list prices of ${PRICE_LIST.region} on ${PRICE_LIST.date}. ${about} ` +
        'Not shown: network, requests, alarms. `npm run cost` has them all.',
      3,
    ),
    widget,
    functionAndLogCosts(options),
    stored(options),
  ];
}

interface Costs {
  readonly about: string;
  readonly widget: Widget;
}

function taskCosts({ taskCpu, taskMemory, cpuArchitecture }: CostOptions): Costs {
  const isArm = cpuArchitecture === 'arm64';
  const cpu = isArm ? PRICES.fargateArmCpu : PRICES.fargateCpu;
  const memory = isArm ? PRICES.fargateArmMemory : PRICES.fargateMemory;
  const dollars = ((taskCpu / 1024) * cpu.dollars + (taskMemory / 1024) * memory.dollars).toFixed(5);
  return {
    about:
      `A service task of this stage is $${dollars} an hour on demand, on Spot about a third. ` +
      'A task for a large object counts as one of them, and can be larger.',
    widget: chart(
      'Tasks, dollars an hour',
      [
        service('RunningTaskCount', { id: 'service', visible: false }),
        cluster('TaskCount', { id: 'all', visible: false }),
        computed(`service * ${dollars}`, 'service'),
        computed(`(all - service) * ${dollars}`, 'large objects and sweep'),
      ],
      { stacked: true, unit: '$ / h' },
    ),
  };
}

function machineCosts({ capacity, instanceTypes }: CostOptions): Costs {
  const known = instanceTypes.flatMap((type) => INSTANCE_HOURS[type] ?? []);
  const dollars = capacity === 'external' ? PRICES.externalInstance.dollars : Math.max(0, ...known);
  return {
    about:
      capacity === 'external'
        ? `A machine is $${dollars} an hour for ECS Anywhere, besides what it costs itself.`
        : `An instance counts as the dearest of ${instanceTypes.join(', ')} on demand: $${dollars} an hour.`,
    widget: chart(
      'Machines, dollars an hour',
      [
        cluster('ContainerInstanceCount', { id: 'machines', visible: false }),
        computed(`machines * ${dollars}`, 'machines'),
      ],
      { unit: '$ / h' },
    ),
  };
}

/** GB of a function's memory, at the price of ARM. */
function gigabytes(name: string, options: CostOptions): number {
  if (name === 'ScaleService') return SCALER_GB;
  if (name !== 'OnJobQueued') return FUNCTION_GB;
  const price = options.cpuArchitecture === 'arm64' ? PRICES.lambdaArmCompute : PRICES.lambdaCompute;
  const share = price.dollars / PRICES.lambdaArmCompute.dollars;
  return Number(((responderMemory(options) / 1024) * share).toFixed(3));
}

function functionAndLogCosts(options: CostOptions): Widget {
  const { lambdaArmCompute, logIngestion } = PRICES;
  const functions = functionsOf(options);
  const shares = functions.map((name, index) => `f${index} * ${gigabytes(name, options)}`);
  return chart(
    'Functions and logs, dollars an hour',
    [
      ...functions.map((name, index) => lambda('Duration', name, { id: `f${index}`, stat: 'Sum', visible: false })),
      metric(
        'AWS/Logs',
        'IncomingBytes',
        { LogGroupName: named('WorkerLogGroup') },
        { id: 'bytes', stat: 'Sum', visible: false },
      ),
      // From milliseconds.
      computed(`(${shares.join(' + ')}) / 1000 * ${lambdaArmCompute.dollars}`, 'functions'),
      computed(`bytes / 1000000000 * ${logIngestion.dollars}`, 'logs of tasks'),
    ],
    { stacked: true, unit: '$ / h', period: 3600 },
  );
}

function stored({ network }: CostOptions): Widget {
  return chart(
    'What is stored',
    [
      bucketSize('InboxBucket', 'inbox'),
      bucketSize('ResultsBucket', 'results'),
      ...(network === 'none' ? [] : [fileSystemSize('ResultsFileSystem', 'shared files')]),
    ],
    { stacked: true, unit: 'bytes', period: DAY_SECONDS },
  );
}

function fileSystemSize(logicalId: string, label: string) {
  const dimensions = { FileSystemId: named(logicalId), StorageClass: 'Total' };
  return metric('AWS/EFS', 'StorageBytes', dimensions, { label });
}

function bucketSize(logicalId: string, label: string) {
  const dimensions = { BucketName: named(logicalId), StorageType: 'StandardStorage' };
  return metric('AWS/S3', 'BucketSizeBytes', dimensions, { label, stat: 'Average' });
}
