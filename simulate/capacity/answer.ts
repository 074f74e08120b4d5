import { formatTable } from '../../cli/process/format.ts';
import type { Stage } from '../stage.ts';
import { demandOf, LAMBDA_CONCURRENCY, LAUNCH_LIMITS, type Quota, quotasOf, RUN_TASK_PER_SECOND } from './quotas.ts';

/** One quota against a rate. */
export interface Bound {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  readonly needed: number;
  /** Objects a second at which it binds. */
  readonly bindsAt: number;
  readonly raised: Quota['raised'];
  readonly source: string;
}

/** What a rate needs, the quota that binds first at the head. */
export interface CapacityAnswer {
  readonly rate: number;
  readonly tasks: number;
  readonly bounds: readonly Bound[];
  /** Seconds until all tasks of the rate are started, by each limit on starts. */
  readonly startSeconds: readonly { readonly name: string; readonly seconds: number; readonly source: string }[];
}

/** Which quotas a rate of objects meets, in the order in which they bind. Pure. */
export function capacityAnswer(rate: number, jobSeconds: number, stage: Stage): CapacityAnswer {
  const demand = demandOf(rate, jobSeconds, stage);
  const bounds = quotasOf(stage).map((quota) => {
    const { name, limit, unit, raised, source } = quota;
    return {
      name,
      limit,
      unit,
      raised,
      source,
      needed: quota.needed(demand),
      bindsAt: bindsAt(quota, jobSeconds, stage),
    };
  });
  return {
    rate,
    tasks: demand.tasks,
    bounds: bounds.sort((a, b) => a.bindsAt - b.bindsAt),
    startSeconds: LAUNCH_LIMITS.map(({ name, perSecond, burst, source }) => ({
      name,
      source,
      seconds: Math.max(0, demand.tasks - burst) / perSecond,
    })),
  };
}

/** Every need grows with the rate in proportion, but for the rounding of tasks. */
function bindsAt(quota: Quota, jobSeconds: number, stage: Stage): number {
  const PROBE = 1e6;
  return (quota.limit / quota.needed(demandOf(PROBE, jobSeconds, stage))) * PROBE;
}

/** The answer as a person reads it. Pure. */
export function capacityText({ rate, tasks, bounds, startSeconds }: CapacityAnswer, stage: Stage): string {
  const head = ['quota', 'default', 'needed', 'binds at', 'raised', 'source'];
  const lines = bounds.map((bound) => [
    bound.needed > bound.limit ? `✗ ${bound.name}` : `  ${bound.name}`,
    bound.limit === Number.POSITIVE_INFINITY ? 'none' : `${number(bound.limit)} ${bound.unit}`,
    number(bound.needed),
    bound.bindsAt === Number.POSITIVE_INFINITY ? 'never' : `${number(bound.bindsAt)}/s`,
    bound.raised,
    bound.source,
  ]);
  const first = bounds[0];
  const least = bounds.find(({ raised }) => raised !== 'parameter');
  return [
    `${number(rate)} objects a second keep ${number(tasks)} tasks at work (${stage.slots} slots each).`,
    `First binds ${first?.name}: at ${number(first?.bindsAt ?? 0)} objects a second.` +
      (least === undefined || least === first
        ? ''
        : ` Of AWS's quotas it is ${least.name}: at ${number(least.bindsAt)}.`),
    '',
    formatTable([head, ...lines]),
    '',
    ...startSeconds.map(
      ({ name, seconds, source }) => `Until all tasks are started, by ${name}: ${number(seconds)} s (${source}).`,
    ),
    `Large objects get a task each by RunTask: ${RUN_TASK_PER_SECOND} a second; more of them wait in LaunchQueue.`,
    `The first responder takes no more than firstResponder at a time; an account has ${number(LAMBDA_CONCURRENCY.usual)} functions at a time, a new one ${LAMBDA_CONCURRENCY.fresh}.`,
  ].join('\n');
}

function number(value: number): string {
  return value < 100 ? String(Number(value.toPrecision(2))) : Math.round(value).toLocaleString('en-US');
}
