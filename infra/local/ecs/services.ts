import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import { clusterArn, nameOf, newDeploymentId, serviceArn } from './names.ts';
import { type Deployment, primaryOf, type Service, type ServiceSettings } from './service.ts';

const MAX_EVENTS = 100;

/** The services of every cluster. */
export interface Services {
  /**
   * Makes the service, or brings one that exists to these settings. `desiredCount` counts only when it is made: after
   * that it belongs to scaling.
   */
  put(cluster: string, name: string, settings: ServiceSettings, desiredCount: number): Service;
  /** By name or ARN. */
  find(cluster: string, reference: string): Service | undefined;
  /** By name or ARN. Throws ServiceNotFoundException. */
  get(cluster: string, reference: string): Service;
  /** By name; of one cluster, when it is named. */
  list(cluster?: string): Service[];
  change(service: Service, patch: Partial<Service>): Service;
  setDesiredCount(service: Service, desiredCount: number): Service;
  /** Begins a roll-out: the deployment before becomes ACTIVE until its tasks are gone. */
  deploy(service: Service, taskDefinitionArn: string, reason?: string): Service;
  /** Adds an event, `(service NAME) …`. */
  say(service: Service, message: string): Service;
}

/** Services over the stand-in's database. */
export function services(options: { database: DatabaseSync; clock: Clock; region: string }): Services {
  const { database, clock, region } = options;
  const upsert = database.prepare('INSERT OR REPLACE INTO ecs_service (cluster, name, record) VALUES (?, ?, ?)');
  const byName = database.prepare('SELECT record FROM ecs_service WHERE cluster = ? AND name = ?');
  const all = database.prepare('SELECT record FROM ecs_service ORDER BY cluster, name');

  function store(service: Service): Service {
    upsert.run(service.clusterName, service.name, JSON.stringify(service));
    return service;
  }

  function find(cluster: string, reference: string): Service | undefined {
    const row = byName.get(cluster, nameOf(reference));
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as Service);
  }

  function newDeployment(taskDefinitionArn: string, reason: string | undefined): Deployment {
    const id = newDeploymentId();
    return {
      id,
      status: 'PRIMARY',
      taskDefinitionArn,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: reason ?? `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    };
  }

  function deploy(service: Service, taskDefinitionArn: string, reason?: string): Service {
    const before = service.deployments.map((deployment) => ({ ...deployment, status: 'ACTIVE' as const }));
    const deployments = [newDeployment(taskDefinitionArn, reason), ...before];
    return store({ ...service, taskDefinitionArn, deployments, steady: false });
  }

  return {
    find,
    deploy,
    put(cluster, name, settings, desiredCount) {
      const known = find(cluster, name);
      if (!known) {
        return store({
          ...settings,
          name,
          serviceArn: serviceArn(region, cluster, name),
          clusterName: cluster,
          clusterArn: clusterArn(region, cluster),
          desiredCount,
          deployments: [newDeployment(settings.taskDefinitionArn, undefined)],
          events: [],
          steady: false,
          createdAt: clock.now(),
        });
      }
      const { deployments, desiredCount: kept, events, steady, createdAt, serviceArn: arn, clusterArn: home } = known;
      const service: Service = {
        ...settings,
        name,
        serviceArn: arn,
        clusterName: cluster,
        clusterArn: home,
        desiredCount: kept,
        deployments,
        events,
        steady,
        createdAt,
      };
      return primaryOf(known).taskDefinitionArn === settings.taskDefinitionArn
        ? store(service)
        : deploy(service, settings.taskDefinitionArn);
    },
    get(cluster, reference) {
      const service = find(cluster, reference);
      if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
      return service;
    },
    list(cluster) {
      const found = all.all().map((row) => JSON.parse(String(row.record)) as Service);
      return cluster === undefined ? found : found.filter(({ clusterName }) => clusterName === cluster);
    },
    change: (service, patch) => store({ ...service, ...patch }),
    setDesiredCount: (service, desiredCount) =>
      service.desiredCount === desiredCount ? service : store({ ...service, desiredCount, steady: false }),
    say(service, message) {
      const event = { id: randomUUID(), createdAt: clock.now(), message: `(service ${service.name}) ${message}` };
      return store({ ...service, events: [event, ...service.events].slice(0, MAX_EVENTS) });
    },
  };
}
