import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { capacityProviderStrategy } from '../input-types.ts';
import { camelCase } from './camel-case.ts';

const properties = z.preprocess(
  camelCase,
  z.strictObject({
    cluster: z.string(),
    capacityProviders: z.array(z.string()).default([]),
    defaultCapacityProviderStrategy: capacityProviderStrategy,
  }),
);

/** AWS::ECS::ClusterCapacityProviderAssociations. Ref is the cluster's name. */
export function clusterCapacityProvidersProvider(ecs: Ecs): ResourceProvider {
  return resourceProvider('AWS::ECS::ClusterCapacityProviderAssociations', properties, (association) => {
    const cluster = ecs.clusters.get(association.cluster);
    const { capacityProviders, defaultCapacityProviderStrategy } = association;
    ecs.clusters.put({ ...cluster, capacityProviders, defaultCapacityProviderStrategy });
    return { ref: cluster.name };
  });
}
