import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../http/aws-error.ts';
import type { CapacityProviderStrategy } from './input-types.ts';
import { nameOf } from './names.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A cluster. It holds no machines: every task runs on this one. */
export interface Cluster {
  readonly name: string;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: CapacityProviderStrategy;
  readonly tags: readonly Tag[];
}

/** The clusters of the account. */
export interface Clusters {
  put(cluster: Cluster): void;
  /** By name or ARN. */
  find(reference: string): Cluster | undefined;
  /** By name or ARN, `default` when nothing is said. Throws ClusterNotFoundException. */
  get(reference: string | undefined): Cluster;
  list(): Cluster[];
}

/** Clusters over the stand-in's database. */
export function clusters(database: DatabaseSync): Clusters {
  const upsert = database.prepare('INSERT OR REPLACE INTO ecs_cluster (name, record) VALUES (?, ?)');
  const byName = database.prepare('SELECT record FROM ecs_cluster WHERE name = ?');
  const all = database.prepare('SELECT record FROM ecs_cluster ORDER BY name');

  function find(reference: string): Cluster | undefined {
    const row = byName.get(nameOf(reference));
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as Cluster);
  }

  return {
    find,
    put: (cluster) => void upsert.run(cluster.name, JSON.stringify(cluster)),
    get(reference) {
      const cluster = find(reference ?? 'default');
      if (!cluster) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      return cluster;
    },
    list: () => all.all().map((row) => JSON.parse(String(row.record)) as Cluster),
  };
}
