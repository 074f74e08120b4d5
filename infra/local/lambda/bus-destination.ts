import { AwsError } from '../http/aws-error.ts';
import type { Deliver, PublishEvent } from '../ports.ts';

/** A Deliver that also reaches the default event bus, which gets a destination's record as an event. */
export function withBusDestination(deliver: Deliver, publishEvent: PublishEvent | undefined): Deliver {
  return async (target, payload, options) => {
    if (!/^arn:[\w-]+:events:.*:event-bus\//.test(target.arn)) return await deliver(target, payload, options);
    if (!publishEvent) {
      throw new AwsError('NotImplemented', `The event bus ${target.arn} cannot be reached from Lambda here.`, 501);
    }
    const detail = JSON.parse(payload) as Record<string, unknown>;
    publishEvent({
      source: 'lambda',
      detailType: detailType(detail),
      resources: [target.arn, `${target.sourceArn}:$LATEST`],
      detail,
    });
  };
}

function detailType(record: Record<string, unknown>): string {
  const context = record.requestContext as { condition?: string } | undefined;
  return `Lambda Function Invocation Result - ${context?.condition === 'Success' ? 'Success' : 'Failure'}`;
}
