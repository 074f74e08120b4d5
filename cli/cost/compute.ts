import { SlipwayError } from '../../core/errors.ts';
import { INSTANCE_HOURS, INSTANCE_PAGE } from './prices.ts';
import { type CostRow, MONTH_HOURS, priced } from './row.ts';
import type { CostContext, IdleRule } from './rules.ts';
import type { StackResource } from './stack-resources.ts';

/** The size of a task, and what its processor is. */
export interface TaskShape {
  readonly cpus: number;
  readonly gigabytes: number;
  readonly arm: boolean;
  readonly launch: 'fargate' | 'instances' | 'external';
}

/** Reads a task definition. Throws when it has no size. */
export function taskShape({ logicalId, properties }: StackResource): TaskShape {
  const containers = (properties.ContainerDefinitions ?? []) as readonly Record<string, unknown>[];
  const ofContainers = (name: string) => containers.reduce((sum, container) => sum + Number(container[name] ?? 0), 0);
  const cpus = Number(properties.Cpu ?? ofContainers('Cpu')) / 1024;
  const gigabytes = Number(properties.Memory ?? ofContainers('Memory')) / 1024;
  const needs = (properties.RequiresCompatibilities ?? ['EC2']) as readonly string[];
  const launch = needs.includes('FARGATE') ? 'fargate' : needs.includes('EXTERNAL') ? 'external' : 'instances';
  if (!(gigabytes > 0) || (launch === 'fargate' && !(cpus > 0))) {
    throw new SlipwayError('cost', `The task definition ${logicalId} has no size that could be priced.`);
  }
  const platform = properties.RuntimePlatform as { CpuArchitecture?: string } | undefined;
  return { cpus, gigabytes, arm: platform?.CpuArchitecture === 'ARM64', launch };
}

/** Rows for hours of tasks of one shape; on instances or machines of one's own, tasks cost nothing by themselves. */
export function taskHours(
  what: string,
  shape: TaskShape,
  hours: number,
  { spot, publicAddress }: { readonly spot: boolean; readonly publicAddress: boolean },
  note?: string,
): readonly CostRow[] {
  if (shape.launch !== 'fargate') return [];
  const prefix = `fargate${shape.arm ? 'Arm' : ''}${spot ? 'Spot' : ''}` as 'fargate';
  const rows = [
    priced(what, `${prefix}Cpu`, shape.cpus * hours, note),
    priced(what, `${prefix}Memory`, shape.gigabytes * hours, note),
  ];
  return publicAddress ? [...rows, priced(what, 'publicAddress', hours, note)] : rows;
}

/** How the tasks of a service are placed and connected. */
export function placement({ properties }: StackResource): {
  readonly base: number;
  readonly spotShare: number;
  readonly publicAddress: boolean;
} {
  const strategy = (properties.CapacityProviderStrategy ?? []) as readonly Record<string, unknown>[];
  const weight = (items: typeof strategy) => items.reduce((sum, item) => sum + Number(item.Weight ?? 0), 0);
  const spot = strategy.filter(({ CapacityProvider }) => CapacityProvider === 'FARGATE_SPOT');
  const network = properties.NetworkConfiguration as { AwsvpcConfiguration?: { AssignPublicIp?: string } } | undefined;
  const base = strategy
    .filter(({ CapacityProvider }) => CapacityProvider !== 'FARGATE_SPOT')
    .reduce((sum, item) => sum + Number(item.Base ?? 0), 0);
  return {
    base: strategy.length === 0 ? Number.POSITIVE_INFINITY : base,
    spotShare: weight(strategy) === 0 ? 0 : weight(spot) / weight(strategy),
    publicAddress: network?.AwsvpcConfiguration?.AssignPublicIp === 'ENABLED',
  };
}

/** The tasks that a service keeps while its queue is empty. */
export const serviceRule: IdleRule = (resource, context) => {
  const definition = context.find(String(resource.properties.TaskDefinition));
  if (definition !== undefined && taskShape(definition).launch === 'external') {
    const note = 'one registered machine; each more costs as much';
    return [priced(resource.logicalId, 'externalInstance', MONTH_HOURS, note)];
  }
  const tasks = Number(resource.properties.DesiredCount ?? 1);
  if (definition === undefined || tasks === 0) return [];
  const shape = taskShape(definition);
  const { base, spotShare, publicAddress } = placement(resource);
  const onDemand = Math.min(tasks, base) + Math.max(0, tasks - base) * (1 - spotShare);
  const hours = (count: number, spot: boolean) =>
    count === 0
      ? []
      : taskHours(resource.logicalId, shape, count * MONTH_HOURS, { spot, publicAddress }, `${count} always there`);
  return [...hours(onDemand, false), ...hours(tasks - onDemand, true)];
};

/** The machines that an Auto Scaling group keeps. */
export const groupRule: IdleRule = (resource, context) => {
  const machines = Number(resource.properties.DesiredCapacity ?? resource.properties.MinSize ?? 0);
  if (machines === 0) return [];
  return [instanceHours(resource, context, machines * MONTH_HOURS, `${machines} always there, on demand`)];
};

/** CPUs of a machine by the size in its type's name: `large`, `4xlarge`. */
const CPUS: Readonly<Record<string, number>> = { medium: 2, large: 2, xlarge: 4 };

/** Hours of machines for hours of CPU, when tasks fill them. */
export function hoursForCpus(group: StackResource, context: CostContext, cpuHours: number, note: string): CostRow {
  const size = instanceType(group, context).split('.')[1] ?? '';
  const times = /^(\d+)xlarge$/.exec(size);
  const cpus = times ? 4 * Number(times[1]) : (CPUS[size] ?? 1);
  return instanceHours(group, context, cpuHours / cpus, note);
}

function instanceHours(group: StackResource, context: CostContext, amount: number, note: string): CostRow {
  const type = instanceType(group, context);
  const dollars = INSTANCE_HOURS[type];
  if (dollars === undefined) {
    throw new SlipwayError(
      'cost',
      `There is no price for instance type ${type}; add it to cli/cost/prices.ts (${INSTANCE_PAGE}).`,
    );
  }
  const price = { unit: `${type} hour`, unitDollars: dollars, known: 'recalled' as const };
  return { ...price, what: group.logicalId, amount, dollars: dollars * amount, note };
}

function instanceType({ properties }: StackResource, context: CostContext): string {
  const mixed = properties.MixedInstancesPolicy as
    | { LaunchTemplate?: { Overrides?: readonly { InstanceType?: string }[]; LaunchTemplateSpecification?: unknown } }
    | undefined;
  const first = mixed?.LaunchTemplate?.Overrides?.[0]?.InstanceType;
  if (first !== undefined) return first;
  const reference = (properties.LaunchTemplate ?? mixed?.LaunchTemplate?.LaunchTemplateSpecification) as
    | { LaunchTemplateId?: string }
    | undefined;
  const template = context.find(String(reference?.LaunchTemplateId ?? ''));
  const data = template?.properties.LaunchTemplateData as { InstanceType?: string } | undefined;
  return data?.InstanceType ?? 'unknown';
}
