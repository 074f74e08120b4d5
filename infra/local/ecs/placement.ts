import { AwsError } from '../http/aws-error.ts';
import type { CapacityProviderStrategy } from './input-types.ts';
import type { TaskRequest } from './new-task.ts';

/** What a task runs on. All of it is this machine; the words of describe calls and events differ. */
export interface Placement {
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderName?: string;
}

/**
 * Places the `index`-th task of a request: by its launch type, its strategy or the cluster's. A capacity provider of the
 * cluster that is not Fargate's stands for instances that start as they are needed, the launch type EXTERNAL for a machine
 * that is registered. Throws InvalidParameterException as RunTask does.
 */
export function placeTask(request: TaskRequest, index: number): Placement {
  const placement = findPlace(request, index);
  const { requiresCompatibilities } = request.definition;
  if (requiresCompatibilities.length > 0 && !requiresCompatibilities.includes(placement.launchType)) {
    throw invalid(`Task definition does not support launch_type ${placement.launchType}.`);
  }
  checkFit(request, placement);
  return placement;
}

function findPlace({ cluster, launchType, capacityProviderStrategy }: TaskRequest, index: number): Placement {
  if (launchType === 'FARGATE' || launchType === 'EXTERNAL') return { launchType };
  const { defaultCapacityProviderStrategy, capacityProviders } = cluster;
  const strategy = capacityProviderStrategy.length > 0 ? capacityProviderStrategy : defaultCapacityProviderStrategy;
  const provider = launchType === undefined ? chooseProvider(strategy, index) : undefined;
  // The launch type that is meant when nothing is said is EC2; nobody starts instances for it.
  if (provider === undefined) throw invalid('No Container Instances were found in your cluster.');
  if (provider === 'FARGATE' || provider === 'FARGATE_SPOT') {
    return { launchType: 'FARGATE', capacityProviderName: provider };
  }
  if (capacityProviders.includes(provider)) return { launchType: 'EC2', capacityProviderName: provider };
  throw invalid(`The specified capacity provider '${provider}' was not found.`);
}

/** What only tasks on Fargate, or with a network interface of their own, may ask for. */
function checkFit({ definition, networkConfiguration, overrides }: TaskRequest, { launchType }: Placement): void {
  const network = networkConfiguration?.awsvpcConfiguration;
  if (definition.networkMode === 'awsvpc' && network === undefined) {
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (definition.networkMode !== 'awsvpc' && network !== undefined) {
    throw invalid('Network Configuration is not valid for the given networkMode of this task definition.');
  }
  if (launchType === 'FARGATE') return;
  if (network?.assignPublicIp === 'ENABLED') throw invalid('Assign public IP is not supported for this launch type.');
  if (overrides.ephemeralStorage !== undefined) {
    throw invalid('Ephemeral storage is only supported for tasks that run on Fargate.');
  }
}

/**
 * The provider of the `index`-th task: first the base of each, then whichever is furthest behind its weight
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html).
 */
export function chooseProvider(strategy: CapacityProviderStrategy, index: number): string | undefined {
  const base = strategy.flatMap((item) => Array.from({ length: item.base ?? 0 }, () => item.capacityProvider));
  if (index < base.length) return base[index];
  const given = new Map<string, number>();
  let chosen: string | undefined;
  for (let task = base.length; task <= index; task += 1) {
    const behind = ({ capacityProvider, weight = 1 }: (typeof strategy)[number]) =>
      ((given.get(capacityProvider) ?? 0) + 1) / weight;
    const [next] = strategy.filter(({ weight = 1 }) => weight > 0).toSorted((a, b) => behind(a) - behind(b));
    chosen = next?.capacityProvider;
    if (chosen === undefined) return base[0];
    given.set(chosen, (given.get(chosen) ?? 0) + 1);
  }
  return chosen;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
