import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import type { ClientConfig } from '../deployment.ts';
import type { ServiceView } from './rollout.ts';

/** ECS, as far as a deployment looks at it. */
export interface Services {
  /** Undefined when there is no such service, or it is no longer active. */
  find(cluster: string, service: string): Promise<ServiceView | undefined>;
  /** The image of the first container of a task definition. */
  imageOf(taskDefinition: string): Promise<string>;
}

/** The account's ECS. */
export function awsServices(config: ClientConfig): Services & { close(): void } {
  const client = new ECSClient({ ...config });
  return {
    async find(cluster, service) {
      const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const found = services?.[0];
      if (found === undefined || found.status === 'INACTIVE') return undefined;
      return {
        taskDefinition: found.taskDefinition ?? '',
        desiredCount: found.desiredCount ?? 0,
        runningCount: found.runningCount ?? 0,
        deployments: (found.deployments ?? []).map((deployment) => ({
          status: deployment.status ?? '',
          taskDefinition: deployment.taskDefinition ?? '',
          rolloutState: deployment.rolloutState,
          rolloutStateReason: deployment.rolloutStateReason,
        })),
        events: (found.events ?? []).map(({ message = '' }) => message),
      };
    },
    async imageOf(taskDefinition) {
      const { taskDefinition: found } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      return found?.containerDefinitions?.[0]?.image ?? '';
    },
    close: () => client.destroy(),
  };
}
