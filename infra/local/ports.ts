import type { Access } from './iam/access.ts';

/** What the services of the stand-in need of one another. The composition root joins them. */

/** A past-tense fact for EventBridge's default bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
}

/** Accepts an event for the default bus. Returns once the event is stored; rules and targets follow on their own. */
export type PublishEvent = (event: BusEvent) => void;

export interface DeliveryTarget {
  readonly arn: string;
  /** What `aws:SourceArn` would be: the rule, the topic, the schedule, the alarm. */
  readonly sourceArn: string;
  /** The role that the source delivers with, where it does not act in its own name: a schedule's, a function's. */
  readonly roleArn?: string | undefined;
}

/**
 * Hands a payload to whatever an ARN names: a queue, a function (asynchronously), a topic, a scaling policy. Resolves
 * when the target has accepted it; rejects with an AwsError when it has not. Retries belong to the caller.
 */
export type Deliver = (target: DeliveryTarget, payload: string, options?: DeliveryOptions) => Promise<void>;

export interface DeliveryOptions {
  /** Message attributes of type String, when the target is a queue: what a dead-letter queue is told about a failure. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
}

export interface LogLine {
  /** Unix epoch, milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Appends to a CloudWatch Logs stream, making group and stream when they are missing. */
export type AppendLog = (group: string, stream: string, lines: readonly LogLine[]) => void;

export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit?: string;
}

/** Records data points at the stand-in's present. */
export type PutMetrics = (data: readonly MetricDatum[]) => void;

/** A session of a role. */
export interface ActingRole {
  readonly roleArn: string;
  /** What AWS names the session: a function's name, a task's ID. */
  readonly session: string;
}

/** What roles may do that a service of the stand-in acts with. Both throw the AccessDenied of the service that is asked. */
export interface Rights {
  /** Whether a service may take on a role; `sourceArn` is what it does so for, where it says. */
  assume(service: string, roleArn: string, sourceArn?: string): void;
  /** `service` is the one that is asked, and that refuses. */
  demand(role: ActingRole, service: string, accesses: readonly Access[]): void;
}

/** Everybody may do everything: for a service that stands alone. */
export const ALL_RIGHTS: Rights = { assume() {}, demand() {} };
