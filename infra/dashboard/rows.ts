import { metric, named, type Row, type RowOptions } from './widgets.ts';

/** The functions, as their logical IDs begin. */
export const FUNCTIONS = ['OnObjectCreated', 'OnSchedule', 'OnTaskStopped'] as const;

/** A metric of a queue. */
export function queue(logicalId: string, name: string, options: RowOptions): Row {
  return metric('AWS/SQS', name, { QueueName: named(`${logicalId}.QueueName`) }, options);
}

/** A count of the worker's service, from Container Insights. */
export function service(name: string, options: RowOptions): Row {
  const dimensions = { ClusterName: named('Cluster'), ServiceName: named('WorkerService.Name') };
  return metric('ECS/ContainerInsights', name, dimensions, options);
}

/** A count of the whole cluster, from Container Insights. */
export function cluster(name: string, options: RowOptions): Row {
  return metric('ECS/ContainerInsights', name, { ClusterName: named('Cluster') }, options);
}

/** A metric of a function, one of FUNCTIONS. */
export function lambda(name: string, functionName: string, options: RowOptions): Row {
  return metric('AWS/Lambda', name, { FunctionName: named(`${functionName}LambdaFunction`) }, options);
}
