import { DescribeServicesCommand, type ECSClient, paginateListTasks, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../core/errors.ts';
import { taskIdOf } from '../core/task-state-change.ts';

/** What a service has, and should have. */
export interface ServiceCounts {
  readonly desired: number;
  readonly running: number;
  /** A deployment is under way: tasks of two revisions run side by side, more than are desired. */
  readonly deploying: boolean;
}

/** A service of ECS and its tasks. */
export interface WorkerService {
  /** Throws SlipwayError `no-service` when it is not there, or is being deleted. */
  counts(): Promise<ServiceCounts>;
  /** Ids of its tasks that nobody has told to stop. */
  tasks(): Promise<readonly string[]>;
  setDesired(tasks: number): Promise<void>;
}

/** The service `service` of `cluster`; both are names or ARNs. */
export function createWorkerService(client: ECSClient, cluster: string, service: string): WorkerService {
  return {
    async counts() {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const { status, desiredCount: desired, runningCount: running, deployments = [] } = services[0] ?? {};
      const deploying = deployments.length > 1;
      if (status === 'ACTIVE' && desired !== undefined && running !== undefined) return { desired, running, deploying };
      throw new SlipwayError(
        'no-service',
        `The service ${service} is ${status ?? 'missing'}; expected it to be ACTIVE.`,
      );
    },
    async tasks() {
      // A list goes by the service's name; nothing says that an ARN does as well.
      const serviceName = service.split('/').at(-1);
      const found: string[] = [];
      for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster, serviceName })) {
        found.push(...taskArns.map(taskIdOf));
      }
      return found;
    },
    async setDesired(tasks) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: tasks }));
    },
  };
}
