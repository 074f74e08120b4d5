import { type Clock, sleep } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import type { Deliver, PublishEvent } from '../ports.ts';
import type { DeliveryRule, EventRule } from './fault-script.ts';
import type { RecordFault } from './record-faults.ts';
import { isWithin, occasionsOf } from './rule-counter.ts';

/** Puts the rules about events before the bus: an event may get lost, or come twice. */
export function faultyPublish(
  rules: readonly EventRule[],
  record: RecordFault,
): (publish: PublishEvent) => PublishEvent {
  if (rules.length === 0) return (publish) => publish;
  const counted = rules.map((rule) => ({ ...rule, takes: occasionsOf(rule) }));
  return (publish) => (event) => {
    const detail = JSON.stringify(event.detail);
    const rule = counted.find(({ on, takes }) => on.source === event.source && isWithin(on.detail, detail) && takes());
    if (rule === undefined) return publish(event);
    record(rule.name, { source: event.source, detailType: event.detailType, resource: event.resources[0] ?? '' });
    if (rule.do === 'drop') return;
    publish(event);
    publish(event);
  };
}

/** Puts the rules about deliveries between the bus and its targets. */
export function faultyDeliver(
  rules: readonly DeliveryRule[],
  clock: Clock,
  record: RecordFault,
): (deliver: Deliver) => Deliver {
  if (rules.length === 0) return (deliver) => deliver;
  const counted = rules.map((rule) => ({ ...rule, takes: occasionsOf(rule) }));
  return (deliver) => async (target, payload, options) => {
    const rule = counted.find(
      ({ on, takes }) => isWithin(on.target, target.arn) && isWithin(on.payload, payload) && takes(),
    );
    if (rule === undefined) return deliver(target, payload, options);
    record(rule.name, { target: target.arn });
    if (rule.do.kind === 'refuse') throw new AwsError('AccessDenied', 'A fault script refuses the delivery.', 403);
    if (rule.do.kind === 'fail') throw new AwsError('InternalFailure', 'A fault script fails the delivery.', 500);
    await sleep(clock, rule.do.milliseconds);
    return deliver(target, payload, options);
  };
}
