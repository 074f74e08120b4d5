import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Scaling } from './scaling.ts';
import { nextOf, type ScheduledAction, scheduledActionKey } from './scheduled-action.ts';
import type { AutoscalingStore } from './store.ts';

export interface ScheduledScaling {
  /** Looks again at when the next action is due. */
  rearm(): void;
  start(): void;
  stop(): void;
}

/** No timer waits longer: the clock may be set. */
const MAX_WAIT_MS = 3_600_000;

/** Runs scheduled actions: at its time an action sets the bounds of its target, and the capacity follows. */
export function scheduledScaling(
  store: AutoscalingStore,
  clock: Clock,
  scaling: Scaling,
  onError: (message: string) => void,
): ScheduledScaling {
  let cancel = () => {};
  let running = false;

  function rearm(): void {
    cancel();
    if (!running) return;
    const due = store.scheduled.list().flatMap((action) => action.nextAt ?? []);
    if (due.length === 0) return;
    cancel = clock.after(Math.min(MAX_WAIT_MS, Math.max(0, Math.min(...due) - clock.now())), runDue);
  }

  function runDue(): void {
    const now = clock.now();
    for (const action of store.scheduled.list()) {
      if (action.nextAt === undefined || action.nextAt > now) continue;
      // The next time is stored before the action runs: a restart never runs it twice for one time.
      store.scheduled.put(scheduledActionKey(action), { ...action, nextAt: nextOf(action, now) });
      try {
        run(action);
      } catch (error) {
        onError(`Scheduled action ${action.name} failed: ${String(error)}`);
      }
    }
    rearm();
  }

  function run(action: ScheduledAction): void {
    const target = store.targets.get(action.resourceId);
    if (target.suspended.scheduled) return;
    const minimum = action.minimum ?? target.minimum;
    const maximum = action.maximum ?? target.maximum;
    const changed = { ...target, minimum, maximum: Math.max(minimum, maximum) };
    store.targets.put(target.resourceId, changed);
    record(action);
    scaling.applyBounds(changed);
  }

  function record({ name, resourceId, minimum, maximum }: ScheduledAction): void {
    const bounds = [
      ...(minimum === undefined ? [] : [`min capacity to ${minimum}`]),
      ...(maximum === undefined ? [] : [`max capacity to ${maximum}`]),
    ].join(' and ');
    if (bounds === '') return;
    const now = clock.now();
    store.addActivity({
      id: randomUUID(),
      resourceId,
      description: `Setting ${bounds}`,
      cause: `scheduled action name ${name} was triggered`,
      startedAt: now,
      endedAt: now,
      statusCode: 'Successful',
      statusMessage: `Successfully set ${bounds}`,
    });
  }

  return {
    rearm,
    start() {
      running = true;
      const now = clock.now();
      // Counted anew: the run before may have been on a clock that ran ahead of this one.
      for (const action of store.scheduled.list()) {
        if (action.nextAt === undefined) continue;
        const known = { ...action, createdAt: Math.min(now, action.createdAt) };
        store.scheduled.put(scheduledActionKey(action), { ...known, nextAt: nextOf(known, now) });
      }
      rearm();
    },
    stop() {
      running = false;
      cancel();
    },
  };
}
