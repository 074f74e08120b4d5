import { metric, named, type Row, type RowOptions } from './widgets.ts';

/** What of a stage says which parts it has. */
export interface Parts {
  readonly scaling: 'latency' | 'backlog' | 'steps' | 'load';
  /** Jobs at a time; none without one. */
  readonly firstResponder?: number;
}

/** Whether a function of ours watches the queue. */
export const hasScaler = ({ scaling }: Parts) => scaling === 'latency' || scaling === 'steps';

/** Whether a function does jobs of the service while tasks start. */
export const hasResponder = ({ firstResponder = 0 }: Parts) => firstResponder > 0;

/** The functions, as their logical IDs begin. */
export function functionsOf(parts: Parts): readonly string[] {
  return [
    'OnObjectCreated',
    'OnSchedule',
    'OnTaskStopped',
    ...(hasScaler(parts) ? ['ScaleService'] : []),
    ...(hasResponder(parts) ? ['OnJobQueued'] : []),
  ];
}

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

/** A metric of a function, one of functionsOf. */
export function lambda(name: string, functionName: string, options: RowOptions): Row {
  return metric('AWS/Lambda', name, { FunctionName: named(`${functionName}LambdaFunction`) }, options);
}
