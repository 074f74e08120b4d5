import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import type { ScalingPolicy } from './policy.ts';
import type { ScalableTarget } from './scalable-target.ts';
import type { Scaling } from './scaling.ts';
import { type AlarmReading, adjust, aggregate, chooseStep, decideCapacity } from './step-scaling.ts';
import type { AutoscalingStore } from './store.ts';
import { trackedCapacity } from './target-tracking.ts';
import { capacityTogether, lowReadings } from './tracked-together.ts';

/** What an alarm sends to a scaling policy. */
const alarmMessage = z.object({
  alarmName: z.string(),
  state: z.string(),
  threshold: z.number(),
  comparisonOperator: z.string(),
  /** Newest first. */
  datapoints: z.array(z.number()),
});

export type AlarmMessage = z.infer<typeof alarmMessage>;

export interface PolicyExecution {
  /** Runs a policy as an alarm asks for it. Throws ObjectNotFoundException when there is no such policy. */
  execute(policyArn: string, message: AlarmMessage): void;
}

/** Reads an alarm's message. Throws ValidationException. */
export function readAlarmMessage(payload: string): AlarmMessage {
  try {
    return alarmMessage.parse(JSON.parse(payload));
  } catch (cause) {
    throw new AwsError('ValidationException', `A scaling policy was sent what no alarm sends: ${String(cause)}`);
  }
}

export interface PolicyExecutionOptions {
  readonly store: AutoscalingStore;
  readonly clock: Clock;
  readonly scaling: Scaling;
  /** Whether a target tracking policy's alarm for scaling in is in ALARM. */
  isLow(policyArn: string): boolean;
}

/** Executes scaling policies. */
export function policyExecution({ store, clock, scaling, isLow }: PolicyExecutionOptions): PolicyExecution {
  const low = lowReadings(isLow);

  /** Scaling in on a target tracking policy is for all of them to decide. */
  function wantedOf(policy: ScalingPolicy, message: AlarmMessage) {
    const wanted = wantedCapacity(policy, message);
    if (!policy.tracking || message.comparisonOperator !== 'LessThanThreshold') return wanted;
    low.note(policy.arn, message);
    const siblings = store.policies.list().filter(({ resourceId }) => resourceId === policy.resourceId);
    return (capacity: number) => capacityTogether(siblings, low, capacity);
  }

  return {
    execute(policyArn, message) {
      const policy = store.policies.find(policyArn);
      if (!policy) throw new AwsError('ObjectNotFoundException', `No scaling policy found for ARN: ${policyArn}.`);
      const target = store.targets.get(policy.resourceId);
      const current = scaling.capacity(target);
      const wanted = wantedOf(policy, message);
      if (!wanted) return;
      const verdict = decideCapacity(target, current, clock.now(), wanted);
      if (verdict.kind === 'scale' && isSuspended(target, verdict.capacity > current)) return;
      const cause = `monitor alarm ${message.alarmName} in state ${message.state} triggered policy ${policy.name}`;
      const out = verdict.kind === 'scale' && verdict.capacity > current;
      scaling.carryOut(target, verdict, { cause, cooldownSeconds: cooldownOf(policy, out) });
    },
  };
}

/** How a policy makes a new capacity of an old one; undefined when it has nothing to say. */
export function wantedCapacity(
  policy: Pick<ScalingPolicy, 'step' | 'tracking'>,
  reading: AlarmReading,
): ((capacity: number) => number) | undefined {
  const { step, tracking } = policy;
  if (tracking) return (capacity) => trackedCapacity(tracking, reading.datapoints, capacity);
  if (!step) return undefined;
  const metric = aggregate(step.MetricAggregationType, reading.datapoints);
  const chosen = metric === undefined ? undefined : chooseStep(step, metric, reading);
  return chosen && ((capacity) => adjust(step, chosen, capacity));
}

function isSuspended(target: ScalableTarget, out: boolean): boolean {
  return out ? target.suspended.out : target.suspended.in;
}

function cooldownOf(policy: ScalingPolicy, out: boolean): number {
  if (policy.step) return policy.step.Cooldown;
  return (out ? policy.tracking?.ScaleOutCooldown : policy.tracking?.ScaleInCooldown) ?? 0;
}
