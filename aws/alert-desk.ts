import type { Alert } from '../core/alert-text.ts';
import { alertKey, alertPrefix, heldKey, windowTime } from '../core/alert-window.ts';
import type { Clock } from '../core/clock.ts';
import { alertWithDigest, digestAlert, type Held } from '../core/digest-text.ts';
import type { Alerts } from './alerts.ts';
import type { MarkEntry, MarkStore } from './mark-store.ts';

/** Something that somebody should read. */
export interface Notice {
  /** What it has in common with others, of which one is enough: kebab-case. */
  readonly kind: string;
  /** The cause. The same one may tell again, when an earlier run broke off in between. */
  readonly by: string;
  /** What it is about: an id that is safe in a key, and a line for a list. */
  readonly about: { readonly id: string; readonly words: string };
  readonly alert: Alert;
}

/** Sends one e-mail of a kind in a quarter of an hour, and what it held back with the next one. */
export interface AlertDesk {
  /** Whether it was sent now. */
  tell(notice: Notice): Promise<boolean>;
  /** Sends what was held back of kinds that have fallen silent; gives back how many e-mails that made. */
  catchUp(by: string): Promise<number>;
}

/** A sweep comes by every hour: what is older than this was sent. */
const LOOK_BACK_MS = 24 * 3_600_000;
const FIRST = 10;

/**
 * The state is marks in the results bucket alone. `alerts/<kind>/<window>` is the right to send in that window; what comes
 * second is written below it, and belongs into the next e-mail of the kind: that of the next event, or of `catchUp`. So
 * there is at most one e-mail of a kind in a window, whoever sends it.
 */
export function createAlertDesk(ports: {
  readonly alerts: Alerts;
  readonly marks: MarkStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly stage: string;
}): AlertDesk {
  const { alerts, marks, clock, stage } = ports;
  const markOf = (by: string, now: number) => ({ by, at: new Date(now).toISOString() });

  return {
    async tell({ kind, by, about, alert }) {
      const now = clock.now();
      if (!(await marks.set(alertKey(kind, now), markOf(by, now)))) {
        await marks.set(heldKey(kind, now, about.id), { ...markOf(by, now), words: about.words });
        return false;
      }
      await alerts.publish(alertWithDigest(alert, await heldBefore(marks, kind, now)));
      return true;
    },
    async catchUp(by) {
      let sent = 0;
      for (const kind of await marks.folders('alerts/')) {
        const now = clock.now();
        const held = await heldBefore(marks, kind, now);
        // A name of its own: whoever has just told of a kind has told this too.
        const mark = markOf(`catch-up ${by}`, now);
        if (held.count === 0 || !(await marks.set(alertKey(kind, now), mark))) continue;
        await alerts.publish(digestAlert(kind, held, stage));
        sent += 1;
      }
      return sent;
    },
  };
}

/** What lies below the last window of a kind before the present one; the e-mail of that window told what came before. */
async function heldBefore(marks: MarkStore, kind: string, now: number): Promise<Held> {
  const present = alertKey(kind, now);
  let window = '';
  let held: MarkEntry[] = [];
  for await (const page of marks.list(alertPrefix(kind), { after: alertKey(kind, now - LOOK_BACK_MS) })) {
    for (const entry of page) {
      if (entry.key >= present) break;
      if (isWindow(entry.key)) [window, held] = [entry.key, []];
      else if (entry.key.startsWith(`${window}/`)) held.push(entry);
    }
    if ((page.at(-1)?.key ?? '') >= present) break;
  }
  const earliest = held.toSorted((a, b) => a.at - b.at).slice(0, FIRST);
  const first = await Promise.all(earliest.map(async ({ key }) => wordsOf(key, await marks.read(key))));
  return { count: held.length, first, since: windowTime(window) };
}

const isWindow = (key: string) => key.split('/').length === 3;

function wordsOf(key: string, mark: Awaited<ReturnType<MarkStore['read']>>): string {
  return typeof mark?.words === 'string' ? mark.words : (key.split('/').at(-1) ?? key);
}
