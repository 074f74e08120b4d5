import type { Alerts } from '../aws/alerts.ts';
import type { MarkStore } from '../aws/mark-store.ts';
import type { Alert } from '../core/alert-text.ts';
import { alertKey } from '../core/alert-window.ts';
import type { Clock } from '../core/clock.ts';

export interface AlertPorts {
  readonly alerts: Alerts;
  readonly marks: MarkStore;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Publishes an alert unless one of its kind went out in this quarter of an hour; gives back whether it did. `by` is what
 * the alert is about: the same cause may publish again when an earlier run broke off in between.
 */
export async function alertOnce(kind: string, by: string, alert: Alert, ports: AlertPorts): Promise<boolean> {
  const now = ports.clock.now();
  const first = await ports.marks.set(alertKey(kind, now), { by, at: new Date(now).toISOString() });
  if (first) await ports.alerts.publish(alert);
  return first;
}
