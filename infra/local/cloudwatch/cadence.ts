/** How closely metrics and alarms follow what happens. */
export type Cadence =
  /** Every few seconds, because a person waits in front of it: docs/decisions/0004-local-metrics-come-at-once.md. */
  | { readonly kind: 'at once'; readonly intervalSeconds: number }
  /** With CloudWatch's own pace and delays. */
  | { readonly kind: 'as on AWS' };

export const AT_ONCE: Cadence = { kind: 'at once', intervalSeconds: 5 };

/**
 * Services report once a minute, and a minute's report is there half a minute after its end: AWS says "a few minutes at most",
 * and half a minute is what is seen.
 */
export const PUBLISHED_AFTER_MS = 30_000;

/**
 * Alarms on metrics of high resolution are looked at this often, all others once a minute.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export const FAST_EVALUATION_MS = 10_000;
