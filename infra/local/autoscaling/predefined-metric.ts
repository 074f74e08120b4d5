import { z } from 'zod';
import type { MetricQuery } from '../cloudwatch/metric-query.ts';
import { AwsError, notImplemented } from '../http/aws-error.ts';
import { serviceOf } from './scalable-target.ts';

/** A metric that target tracking knows by name. */
export const predefinedMetricSchema = z.strictObject({
  PredefinedMetricType: z.string().min(1),
  /** Of ALBRequestCountPerTarget alone: the load balancer and the target group. */
  ResourceLabel: z.string().max(1023).optional(),
});

type PredefinedMetric = z.infer<typeof predefinedMetricSchema>;

/** Metrics of the service itself, by the name that target tracking has for them. */
const OF_SERVICE: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
};

const ALB = 'ALBRequestCountPerTarget';
const LABEL = /^app\/[^/]+\/[^/]+\/(?<group>targetgroup\/[^/]+\/[^/]+)$/;

/**
 * What a predefined metric of an ECS service reads
 * (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html). Throws
 * ValidationException for a label that is missing, wrong or out of place, NotImplemented for any other metric.
 */
export function predefinedQueries(metric: PredefinedMetric, resourceId: string, periodSeconds: number): MetricQuery[] {
  const { PredefinedMetricType: type, ResourceLabel: label } = metric;
  if (type === ALB) return [query(requestsPerTarget(label), 'Sum', periodSeconds)];
  const name = OF_SERVICE[type];
  if (name === undefined) throw notImplemented(`The predefined metric ${type}`);
  if (label !== undefined) throw new AwsError('ValidationException', `ResourceLabel belongs to ${ALB} alone.`);
  const { cluster, service } = serviceOf({ resourceId });
  const Dimensions = { ClusterName: cluster, ServiceName: service };
  return [query({ Namespace: 'AWS/ECS', MetricName: name, Dimensions }, 'Average', periodSeconds)];
}

type Metric = NonNullable<MetricQuery['MetricStat']>['Metric'];

function requestsPerTarget(label: string | undefined): Metric {
  const group = LABEL.exec(label ?? '')?.groups?.group;
  if (group === undefined) {
    throw new AwsError(
      'ValidationException',
      `ResourceLabel: expected app/NAME/ID/targetgroup/NAME/ID with ${ALB}, got ${label ?? 'none'}.`,
    );
  }
  return { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCountPerTarget', Dimensions: { TargetGroup: group } };
}

function query(Metric: Metric, Stat: 'Average' | 'Sum', Period: number): MetricQuery {
  return { Id: 'm1', MetricStat: { Metric, Period, Stat }, ReturnData: true };
}
