import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { capacityProviderStrategy, tags, text } from '../input-types.ts';
import { clusterArn } from '../names.ts';
import { camelCase } from './camel-case.ts';

const properties = z.preprocess(
  camelCase,
  z.strictObject({
    clusterName: z.string().exactOptional(),
    clusterSettings: z.array(z.strictObject({ name: z.string(), value: text })).default([]),
    capacityProviders: z.array(z.string()).default([]),
    defaultCapacityProviderStrategy: capacityProviderStrategy.default([]),
    // Execute Command and its logging are not here; nothing else is in it.
    configuration: z.looseObject({}).exactOptional(),
    tags: tags.default([]),
  }),
);

/** AWS::ECS::Cluster. Ref is the name. */
export function clusterProvider(ecs: Ecs): ResourceProvider {
  return resourceProvider('AWS::ECS::Cluster', properties, (cluster, resource) => {
    const name = cluster.clusterName ?? resource.generatedName;
    const { clusterSettings: settings, capacityProviders, defaultCapacityProviderStrategy } = cluster;
    ecs.clusters.put({ name, settings, capacityProviders, defaultCapacityProviderStrategy, tags: cluster.tags });
    return { ref: name, attributes: { Arn: clusterArn(ecs.region, name) } };
  });
}
