import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Cluster } from '../clusters.ts';
import type { Ecs } from '../ecs.ts';
import { clusterArn, nameOf } from '../names.ts';
import { countTasks } from '../service-counts.ts';

const input = z.strictObject({
  clusters: z.array(z.string()).default(['default']),
  include: z.array(z.enum(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])).default([]),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
export const describeClusters = operation('DescribeClusters', input, (ecs: Ecs, { clusters, include }) => ({
  clusters: clusters.flatMap((reference) => {
    const cluster = ecs.clusters.find(reference);
    return cluster ? [describeCluster(ecs, cluster, include)] : [];
  }),
  failures: clusters
    .filter((reference) => !ecs.clusters.find(reference))
    .map((reference) => ({ arn: clusterArn(ecs.region, nameOf(reference)), reason: 'MISSING' })),
}));

function describeCluster(ecs: Ecs, cluster: Cluster, include: readonly string[]): Record<string, unknown> {
  const { runningCount, pendingCount } = countTasks(ecs.tasks.active(cluster.name));
  return {
    clusterArn: clusterArn(ecs.region, cluster.name),
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: runningCount,
    pendingTasksCount: pendingCount,
    activeServicesCount: ecs.services.list(cluster.name).length,
    statistics: [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    tags: include.includes('TAGS') ? cluster.tags : [],
  };
}
