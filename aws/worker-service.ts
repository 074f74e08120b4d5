import { DescribeServicesCommand, type ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { SlipwayError } from '../core/errors.ts';

/** A service of ECS by its counts. */
export interface WorkerService {
  /** Throws SlipwayError `no-service` when it is not there, or is being deleted. */
  counts(): Promise<{ readonly desired: number; readonly running: number }>;
  setDesired(tasks: number): Promise<void>;
}

/** The service `service` of `cluster`; both are names or ARNs. */
export function createWorkerService(client: ECSClient, cluster: string, service: string): WorkerService {
  return {
    async counts() {
      const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const { status, desiredCount: desired, runningCount: running } = services[0] ?? {};
      if (status === 'ACTIVE' && desired !== undefined && running !== undefined) return { desired, running };
      throw new SlipwayError(
        'no-service',
        `The service ${service} is ${status ?? 'missing'}; expected it to be ACTIVE.`,
      );
    },
    async setDesired(tasks) {
      await client.send(new UpdateServiceCommand({ cluster, service, desiredCount: tasks }));
    },
  };
}
