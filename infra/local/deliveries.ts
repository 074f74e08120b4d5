import type { AutoscalingService } from './autoscaling/index.ts';
import { alarmPublication } from './cloudwatch/alarm-mail.ts';
import { AwsError } from './http/aws-error.ts';
import type { LambdaService } from './lambda/index.ts';
import type { Deliver } from './ports.ts';
import type { SnsService } from './sns/index.ts';
import type { SqsService } from './sqs/index.ts';

/** The services that a delivery can end at. */
export interface Targets {
  readonly sqs: SqsService;
  readonly sns: SnsService;
  readonly lambda: LambdaService;
  readonly autoscaling: AutoscalingService;
}

/**
 * The one `deliver` of a system, by the service in the target's ARN. Services need it before all of them exist, so the
 * targets are connected afterwards.
 */
export function deliveries(): { deliver: Deliver; connect(targets: Targets): void } {
  let targets: Targets | undefined;
  const deliver: Deliver = async (target, payload, options) => {
    if (!targets) throw new AwsError('ServiceUnavailable', 'The system is starting.', 503);
    const service = target.arn.split(':')[2];
    if (service === 'sqs') return targets.sqs.send(target.arn, payload, options);
    if (service === 'sns') {
      targets.sns.publish(target.arn, alarmPublication(payload));
      return;
    }
    if (service === 'lambda') return targets.lambda.invokeAsync(target.arn, payload);
    if (service === 'autoscaling') return targets.autoscaling.executePolicy(target.arn, payload);
    throw new AwsError('ValidationException', `${target.arn} is no target that the local stand-in delivers to.`);
  };
  return {
    deliver,
    connect(connected) {
      targets = connected;
    },
  };
}
