import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import type { Chance } from '../sim/chance.ts';

type TaskRule = NonNullable<FaultScriptInput['tasks']>[number];

/** In the key of an upload that kills every worker that takes it up. */
export const POISON = 'poison';
/** A poisoned job kills one worker among others, then three alone: nothing says that it was for their memory. */
export const POISON_KILLS = 4;

/** Seconds in place of minutes: a run is short. All else is as the template says. */
const SCALED = { VISIBILITY_SECONDS: '4', DRAIN_SECONDS: '2', SWEEP_GRACE_SECONDS: '1' };

/** Points whose arguments name the job's key: a death can be bound to a job. */
const KEYED_POINTS = [
  'objects.download:before',
  'objects.download:after',
  'processors.run:before',
  'processors.run:after',
  'outcomes.commit:before',
  'outcomes.commit:after',
  'latest.read:before',
  'latest.write:before',
  'latest.write:after',
  'timeline.add:before',
  'timeline.add:after',
];

/** Points before an attempt is open and after it is closed: a death there has no suspect. */
const OPEN_POINTS = ['queue.receive:after', 'outcomes.read:after', 'queue.delete:before', 'queue.delete:after'];

const OTHERWISE = 'queue.delete:after@12';

/** Fewer than the attempts that a job with a task of its own has: no job can meet them all. */
const JOB_TASK_POINTS = ['processors.run:before', 'outcomes.commit:after'];

/** Longer than two leases. */
const STALL_MS = 9_000;

/** The group of an upload: each death that is bound to a job has a group of keys to itself. */
export function groupOf(index: number, of: number, groups: number): string {
  return `g${Math.floor((index * groups) / of)}`;
}

/**
 * The n-th task of the service dies at one point, some stall before. A death that is bound to a job takes one out of its
 * own group: no good job can then look as if it had killed two workers while it ran alone, which would be held against it.
 */
export function crashRules(chance: Chance, { kills, stalls }: { kills: number; stalls: number }): TaskRule[] {
  const ofJobTasks = Math.min(JOB_TASK_POINTS.length, Math.floor(kills / 8));
  const points = pointsFor(chance, kills - ofJobTasks);
  return [
    ...['worker', 'job', 'sweep'].map((family) => taskRule(family, 'every', { ...SCALED, CRASH_AT: poison })),
    ...points.map((point, index) => {
      // Whoever meets none of its group dies all the same, a little later and without a suspect.
      const crash = point.includes('@') ? point : `${point}~/g${index}/,${OTHERWISE}`;
      const stall = index < stalls ? [`objects.download:after@3=stall${STALL_MS}`] : [];
      return taskRule('worker', index + 1, { CRASH_AT: [poison, crash, ...stall].join(',') });
    }),
    ...JOB_TASK_POINTS.slice(0, ofJobTasks).map((point, index) => taskRule('job', index + 1, { CRASH_AT: point })),
  ];
}

const poison = `processors.run:before~${POISON}`;

function taskRule(family: string, which: 'every' | number, environment: Record<string, string>): TaskRule {
  return {
    name: `task ${family} ${which}: ${Object.values(environment).join(' ')}`,
    on: { taskDefinition: `-${family}:` },
    ...(which === 'every' ? {} : { nth: [which] }),
    environment,
  };
}

/** Every point comes once before one comes twice; in an order of the seed's. */
function pointsFor(chance: Chance, count: number): string[] {
  const points: string[] = [];
  while (points.length < count) {
    const round = [...KEYED_POINTS, ...OPEN_POINTS.map((point) => `${point}@${1 + Math.floor(chance.between(0, 5))}`)];
    while (round.length > 0) points.push(...round.splice(Math.floor(chance.between(0, round.length)), 1));
  }
  return points.slice(0, count);
}
