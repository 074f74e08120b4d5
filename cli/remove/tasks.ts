import { DescribeTasksCommand, ECSClient, paginateListTasks, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { ClientConfig } from '../deployment.ts';

/** Tasks of a cluster, as far as a removal needs them. */
export interface Tasks {
  /** ARNs of tasks that no service looks after: ECS deletes no cluster that has them. */
  standalone(cluster: string): Promise<readonly string[]>;
  stop(cluster: string, task: string): Promise<void>;
}

const REASON = 'the stack is being removed';

/** The account's ECS. */
export function awsTasks(config: ClientConfig): Tasks & { close(): void } {
  const client = new ECSClient({ ...config });
  return {
    async standalone(cluster) {
      const found: string[] = [];
      try {
        for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster })) {
          if (taskArns.length === 0) continue;
          const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
          found.push(
            ...tasks.filter(({ group = '' }) => !group.startsWith('service:')).map(({ taskArn = '' }) => taskArn),
          );
        }
      } catch (error) {
        // A removal that goes on from where another stopped may find the cluster gone.
        if (error instanceof Error && error.name === 'ClusterNotFoundException') return [];
        throw error;
      }
      return found;
    },
    async stop(cluster, task) {
      await client.send(new StopTaskCommand({ cluster, task, reason: REASON }));
    },
    close: () => client.destroy(),
  };
}
