import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import type { Chance } from '../sim/chance.ts';
import { NAMED_POINTS, type NamedPoint, RANDOM_POINTS, SELDOM } from './crash-catalogue.ts';

type TaskRule = NonNullable<FaultScriptInput['tasks']>[number];

/** In the key of an upload that kills every worker that takes it up. */
export const POISON = 'poison';
/** A poisoned job kills one worker among others, then three alone: nothing says that it was for their memory. */
const POISON_KILLS = 4;
/** In the key of an upload that makes every worker that takes it up run out of memory. */
export const HUNGRY = 'hungry';
/** One worker among others, then two alone: ECS says that it was for their memory. */
const HUNGRY_KILLS = 3;

/**
 * Seconds in place of minutes: a run is short. The memory is what the corpus goes by: some pictures are refused for what
 * they would take. All else is as the template says.
 */
const SETTINGS = {
  VISIBILITY_SECONDS: '4',
  DRAIN_SECONDS: '2',
  SWEEP_GRACE_SECONDS: '1',
  PROCESSOR_MEMORY_MIB: '512',
};
/** More than the task of a worker has. */
const HOARD_MIB = 3_000;
/** Longer than two leases. */
const STALL_MS = 9_000;

/** Fewer than the attempts that a job with a task of its own has: no job can meet them all. */
const JOB_TASK_POINTS = ['processors.run:before', 'outcomes.commit:after'];

/** Deaths with the pointer still to be moved: by then a newer version has moved it. */
const OVERTAKEN: ReadonlySet<string> = new Set(['latest.read:after', 'latest.write:before']);

/** In the keys of uploads that die where something lies behind. */
const BEHIND = 'behind';
/** Beside the one that a named point has: a second copy of the event may do such a job before anybody finds what is missing. */
const SPARE_DEATHS = 2;

/** Starts of workers that get a point more than the one before; more than a run ever has. */
const EVERY_SO_MANY_WORKERS = 2;

/** An upload that has a part to play: its group of keys is its own. */
export interface Role {
  /** Is in the key, between slashes. */
  readonly tag: string;
  readonly kind: 'small' | 'bad';
  /** A second version follows at once: what becomes of the first one comes late. */
  readonly overwritten?: boolean;
}

/** Who dies when. */
export interface CrashPlan {
  readonly rules: readonly TaskRule[];
  /** One upload each, anywhere in the run. */
  readonly roles: readonly Role[];
  /** One upload each, early: it takes some lives until it is given up. */
  readonly poisons: readonly Role[];
  /** Deaths at named points, once for each. */
  readonly named: readonly string[];
  readonly kills: {
    readonly named: number;
    readonly random: number;
    readonly poison: number;
    readonly memory: number;
    readonly launched: number;
  };
  readonly stalls: number;
}

/**
 * Deaths and stalls, each of which happens once however many workers come by. Those that are bound to a job have a key to
 * themselves, so no good job can look as if it had killed several workers while it ran alone, which would be held
 * against it. The others wait for the first worker that comes by; a new one with every second worker.
 */
export function planCrashes(chance: Chance, budget: { kills: number; stalls: number; marks: string }): CrashPlan {
  const withPoison = budget.kills >= 3 * (POISON_KILLS + HUNGRY_KILLS);
  const poison = withPoison ? POISON_KILLS : 0;
  const memory = withPoison ? HUNGRY_KILLS : 0;
  const launched = Math.min(JOB_TASK_POINTS.length, Math.floor(budget.kills / 8));
  const free = budget.kills - poison - memory - launched;
  const named = free >= NAMED_POINTS.length ? NAMED_POINTS : someOf(chance, free);
  const fronts = new Set(named.flatMap(({ behind }) => behind ?? []));
  const spare = [...fronts].flatMap((point) => Array<string>(SPARE_DEATHS).fill(point));
  const random = Array.from({ length: free - named.length }, (_, index) => spare[index] ?? chance.pick(RANDOM_POINTS));

  const bound = named.filter(({ boundTo, behind }) => boundTo !== 'none' && behind === undefined);
  const deaths = [
    ...bound.map(({ point, boundTo }) => ({ point, kind: boundTo === 'bad' ? ('bad' as const) : ('small' as const) })),
    ...random.map((point) => ({ point, kind: 'small' as const })),
  ].map((death, index) => ({ ...death, tag: `${fronts.has(death.point) ? BEHIND : 'k'}${index}` }));
  const behind = named.filter((each) => each.behind !== undefined);
  const stalls = Array.from({ length: budget.stalls }, (_, index) => ({
    point: chance.pick(['objects.download:after', 'processors.run:after', 'outcomes.commit:before']),
    tag: `s${index}`,
  }));
  const everywhere = [
    ...(withPoison ? [`processors.run:before~/${POISON}/`, `processors.run:before~/${HUNGRY}/=hoard${HOARD_MIB}`] : []),
    ...deaths.map(({ point, tag }) => `${point}~/${tag}/!`),
    ...behind.map(({ point }) => `${point}~/${BEHIND}!`),
    ...stalls.map(({ point, tag }) => `${point}~/${tag}/!=stall${STALL_MS}`),
  ];
  const unbound = shuffled(
    chance,
    named.filter(({ boundTo }) => boundTo === 'none'),
  ).map(({ point }) => {
    return `${point}@${SELDOM.test(point) ? 1 : 2 + Math.floor(chance.between(0, 6))}!`;
  });
  return {
    rules: rulesOf({ ...SETTINGS, CRASH_MARKS: budget.marks }, everywhere, unbound, launched),
    roles: [
      ...deaths.map(({ tag, kind, point }) => ({ tag, kind, overwritten: OVERTAKEN.has(point) })),
      ...stalls.map(({ tag }) => ({ tag, kind: 'small' as const, overwritten: true })),
    ],
    poisons: withPoison ? [POISON, HUNGRY].map((tag) => ({ tag, kind: 'small' as const })) : [],
    named: named.map(({ point }) => point),
    kills: { named: named.length, random: random.length, poison, memory, launched },
    stalls: stalls.length,
  };
}

/** The later rule wins: all points for all workers, but not yet for the first ones. */
function rulesOf(
  settings: Record<string, string>,
  everywhere: readonly string[],
  unbound: readonly string[],
  launched: number,
): TaskRule[] {
  const crashAt = (points: readonly string[]) => ({ CRASH_AT: points.join(',') });
  return [
    ...['worker', 'job', 'sweep'].map((family) => taskRule(family, undefined, settings)),
    taskRule('worker', undefined, crashAt([...everywhere, ...unbound])),
    ...Array.from({ length: EVERY_SO_MANY_WORKERS * unbound.length }, (_, index) =>
      taskRule(
        'worker',
        index + 1,
        crashAt([...everywhere, ...unbound.slice(0, Math.floor(index / EVERY_SO_MANY_WORKERS))]),
      ),
    ),
    ...JOB_TASK_POINTS.slice(0, launched).map((point, index) => taskRule('job', index + 1, crashAt([point]))),
  ];
}

function taskRule(family: string, nth: number | undefined, environment: Record<string, string>): TaskRule {
  return {
    name: `task ${family} ${nth ?? 'every'}: ${Object.keys(environment)[0]}`,
    on: { taskDefinition: `-${family}:` },
    ...(nth === undefined ? {} : { nth: [nth] }),
    environment,
  };
}

/** Of those that a short run is sure to come by. */
function someOf(chance: Chance, count: number): NamedPoint[] {
  return shuffled(
    chance,
    NAMED_POINTS.filter(({ point, behind }) => behind === undefined && !SELDOM.test(point)),
  ).slice(0, Math.max(0, count));
}

function shuffled<Item>(chance: Chance, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: chance.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
