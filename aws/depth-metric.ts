import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from './clients.ts';

/** Publishes how many jobs a queue has, for alarms that look more often than SQS reports. */
export interface DepthMetric {
  put(jobs: number): Promise<void>;
}

export function createCloudWatchClient(): CloudWatchClient {
  return new CloudWatchClient(clientSettings(8));
}

/** The metric `JobsInQueue`, kept by the second: alarms may look at it every ten seconds. */
export function createDepthMetric(client: CloudWatchClient, namespace: string): DepthMetric {
  return {
    async put(jobs) {
      const datum = { MetricName: 'JobsInQueue', Value: jobs, Unit: 'Count', StorageResolution: 1 } as const;
      await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [datum] }));
    },
  };
}
