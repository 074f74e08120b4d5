import type { Service } from './service.ts';
import { primaryOf } from './service.ts';
import { isProtected, type Task } from './task.ts';

/** What brings a service nearer to its desired count, and whether it is there. */
export interface ServicePlan {
  /** How many tasks of the newest deployment to start now. */
  readonly start: number;
  /** Tasks to stop now. None of them is protected. */
  readonly stop: readonly Task[];
  /** Tasks that would be stopped, were they not protected. */
  readonly heldBack: readonly Task[];
  /** Every task that is wanted runs, and no other. */
  readonly steady: boolean;
}

/**
 * Decides over the tasks that are not stopped. In a roll-out the running tasks stay between minimumHealthyPercent and
 * maximumPercent of the desired count (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html).
 */
export function planService(service: Service, active: readonly Task[], now: number): ServicePlan {
  const { desiredCount } = service;
  const { id } = primaryOf(service);
  const { minimumHealthyPercent, maximumPercent } = service.deploymentConfiguration;
  const wanted = active.filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  const current = wanted.filter(({ startedBy }) => startedBy === id);
  const old = wanted.filter(({ startedBy }) => startedBy !== id);
  const most = Math.max(desiredCount, Math.floor((desiredCount * maximumPercent) / 100));
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const running = wanted.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;

  // Old tasks make room for new ones; beyond the desired count, new ones go too.
  const idleOld = old.filter(({ lastStatus }) => lastStatus !== 'RUNNING');
  const spareOld = old.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const replaceable = Math.min(spareOld.length, Math.max(0, running - least));
  const surplus = Math.max(0, current.length - desiredCount);
  const chosen = [
    ...choose(idleOld, idleOld.length, now),
    ...choose(spareOld, replaceable, now),
    ...choose(current, surplus, now),
  ];
  const stoppable = chosen.filter((task) => !isProtected(task, now));
  return {
    start: Math.max(0, Math.min(desiredCount - current.length, most - wanted.length)),
    stop: stoppable,
    heldBack: chosen.filter((task) => isProtected(task, now)),
    steady:
      active.length === current.length &&
      current.length === desiredCount &&
      current.every(({ lastStatus }) => lastStatus === 'RUNNING'),
  };
}

/** Unprotected tasks first; of those the ones that do not run yet, then the youngest. */
function choose(candidates: readonly Task[], count: number, now: number): Task[] {
  const rank = (task: Task) => (isProtected(task, now) ? 2 : task.lastStatus === 'RUNNING' ? 1 : 0);
  return candidates.toSorted((a, b) => rank(a) - rank(b) || b.times.createdAt - a.times.createdAt).slice(0, count);
}
