import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID } from '../account.ts';
import type { Clock } from '../clock.ts';
import type { DurableQueue } from '../outbox/durable-queue.ts';
import type { NewItem } from '../outbox/durable-queue-store.ts';
import { DEFAULT_RETRY_POLICY, deliveryItem } from '../outbox/target-delivery.ts';
import type { BusEvent } from '../ports.ts';
import type { Envelope } from './input-transformer.ts';
import type { CompiledRule, EventsStore } from './store.ts';
import type { Target } from './target.ts';

/** What the bus is composed of. */
export interface BusOptions {
  readonly store: EventsStore;
  readonly deliveries: DurableQueue;
  readonly clock: Clock;
  readonly region: string;
}

/** An event for the bus, with the time its sender gave it. */
export interface TimedEvent extends BusEvent {
  /** Unix epoch, milliseconds; now when left out. */
  readonly time?: number | undefined;
}

/** The default bus: finds the rules that an event matches and stores a delivery for each of their targets. */
export interface Bus {
  /** Returns the events' IDs once every delivery is stored, all of them or none. */
  publish(events: readonly TimedEvent[]): string[];
}

/** Makes the default bus. */
export function bus(options: BusOptions): Bus {
  return {
    publish(events) {
      const now = options.clock.now();
      const envelopes = events.map((event) => envelopeOf(event, options.region, now));
      const items = envelopes.flatMap((envelope) => deliveriesOf(envelope, options.store.enabledRules(), now));
      if (items.length > 0) options.deliveries.add(items);
      return envelopes.map((envelope) => String(envelope.id));
    },
  };
}

/** The event as AWS sends it. The time is in whole seconds. */
export function envelopeOf(event: TimedEvent, region: string, now: number): Envelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: ACCOUNT_ID,
    time: isoSeconds(event.time ?? now),
    region,
    resources: event.resources,
    detail: event.detail,
  };
}

/** `2026-01-31T12:00:00Z`. */
export function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function deliveriesOf(envelope: Envelope, rules: readonly CompiledRule[], now: number): NewItem[] {
  const matching = rules.filter((rule) => rule.targets.length > 0 && rule.matches(envelope));
  if (matching.length === 0) return [];
  const text = JSON.stringify(envelope);
  return matching.flatMap((rule) => {
    const context = { ruleName: rule.name, ruleArn: rule.arn, ingestionTime: new Date(now).toISOString() };
    return rule.targets.map(({ target, makeInput }) => toItem(rule, target, makeInput(envelope, text, context), text));
  });
}

function toItem(rule: CompiledRule, target: Target, payload: string, text: string): NewItem {
  return deliveryItem({
    targetArn: target.Arn,
    sourceArn: rule.arn,
    payload,
    maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRY_POLICY.maximumRetryAttempts,
    maximumEventAgeInSeconds:
      target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_POLICY.maximumEventAgeInSeconds,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    deadLetterAttributes: { RULE_ARN: rule.arn, TARGET_ARN: target.Arn },
    // The dead letter is the event itself, so that it can be published again.
    ...(payload === text ? {} : { deadLetterPayload: text }),
  });
}
