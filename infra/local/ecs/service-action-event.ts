import type { BusEvent } from '../ports.ts';
import type { Service } from './service.ts';

/** "ECS Service Action" (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html). */
export function serviceAction(
  service: Service,
  eventType: 'INFO' | 'WARN' | 'ERROR',
  eventName: string,
  now: number,
  reason?: string,
): BusEvent {
  return {
    source: 'aws.ecs',
    detailType: 'ECS Service Action',
    resources: [service.serviceArn],
    detail: {
      eventType,
      eventName,
      clusterArn: service.clusterArn,
      createdAt: new Date(now).toISOString(),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}
