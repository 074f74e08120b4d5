import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import { ODD_KEYS } from '../../corpus/keys.ts';
import { type Chance, chanceOf } from '../sim/chance.ts';
import { type CrashPlan, HUNGRY, POISON, planCrashes, type Role } from './plan-crashes.ts';
import { faultRules, outages } from './plan-faults.ts';

/** One step of the uploader. Steps of one key follow each other, others go side by side. */
export interface PlannedUpload {
  readonly key: string;
  /** Index into the contents, by kind. */
  readonly content: { readonly kind: 'small' | 'large' | 'bad'; readonly pick: number };
  /** The version is deleted as soon as it is there. */
  readonly deleted: boolean;
  /** Why it is refused although its content is good: it kills every worker that takes it up. */
  readonly doom?: 'attempts-exhausted' | 'killed-worker';
}

/** Everything that a run does and everything that goes wrong in it: a pure function of the options. */
export interface Plan {
  readonly seed: number;
  /** By key, in the order of their versions. */
  readonly uploads: readonly (readonly PlannedUpload[])[];
  /** Which messages that name no object, as shares of all that there are to choose from. */
  readonly messages: readonly number[];
  readonly script: FaultScriptInput;
  /** Numbers of outcomes at which a worker is told to stop. */
  readonly sigterms: readonly number[];
  readonly crashes: Pick<CrashPlan, 'named' | 'kills' | 'stalls'>;
  /** Events that the plan makes away with: what a sweep may find. */
  readonly lostEvents: number;
  /** Number of acknowledged uploads at which the stand-in is killed. */
  readonly restartAt: number | undefined;
}

export interface PlanOptions {
  readonly seed: number;
  readonly uploads: number;
  readonly kills: number;
  readonly restart: boolean;
  /** Where workers leave marks. */
  readonly marks: string;
}

const SHARES = { large: 0.025, bad: 0.1, overwritten: 0.05, deleted: 0.035, odd: 0.1 };

const DOOMS = { [POISON]: 'attempts-exhausted', [HUNGRY]: 'killed-worker' } as const;

/** Makes the plan of a run. */
export function makePlan({ seed, uploads: count, kills, restart, marks }: PlanOptions): Plan {
  const chance = chanceOf('plan', seed);
  const faults = faultRules(chance, count);
  const { rules, roles, poisons, ...crashes } = planCrashes(chance, { kills, stalls: Math.floor(kills / 5), marks });
  const down = outages(Math.ceil(kills / 6));
  const suffering = down.tags.map((tag) => ({ tag, kind: 'small' as const }));
  return {
    seed,
    uploads: makeUploads(chance, count, [...roles, ...suffering], poisons),
    messages: Array.from({ length: Math.ceil(count / 30) }, () => chance.next()),
    script: { ...faults.script, requests: [...down.rules, ...(faults.script.requests ?? [])], tasks: [...rules] },
    sigterms: Array.from({ length: Math.round(kills / 5) }, () => Math.floor(chance.between(count * 0.1, count * 0.7))),
    crashes,
    lostEvents: faults.lostEvents,
    restartAt: restart ? Math.floor(chance.between(count * 0.4, count * 0.6)) : undefined,
  };
}

/** The most that is left for jobs which everything shall happen to: the run ends soon after the last upload. */
const PLAYED_UNTIL = 0.85;

function makeUploads(
  chance: Chance,
  count: number,
  roles: readonly Role[],
  poisons: readonly Role[],
): PlannedUpload[][] {
  const odd = Object.values(ODD_KEYS);
  const keys: PlannedUpload[][] = [];
  const played = [...roles, ...poisons].map((role) => ({ ...role, versions: playedBy(chance, role) }));
  const free = count - played.flatMap(({ versions }) => versions).length;
  for (let made = 0; made < free; made = keys.flat().length) {
    const key = chance.hit(SHARES.odd) ? odd.splice(Math.floor(chance.between(0, odd.length)), 1)[0] : undefined;
    keys.push(versionsOf(chance, key ?? `chaos/${String(made).padStart(4, '0')}.jpg`, free - made));
  }
  for (const { tag, versions } of played) {
    const share = tag in DOOMS ? chance.between(0.05, 0.3) : chance.between(0, PLAYED_UNTIL);
    keys.splice(Math.floor(share * keys.length), 0, versions);
  }
  return keys;
}

function playedBy(chance: Chance, { tag, kind, overwritten = false }: Role): PlannedUpload[] {
  const doom = tag === POISON || tag === HUNGRY ? DOOMS[tag] : undefined;
  const upload = plannedUpload(chance, `chaos/${tag}/1.jpg`, kind);
  if (overwritten) return [upload, overwriting(upload)];
  return [doom === undefined ? upload : { ...upload, doom }];
}

function versionsOf(chance: Chance, key: string, most: number): PlannedUpload[] {
  const kind = chance.hit(SHARES.bad) ? 'bad' : chance.hit(SHARES.large) ? 'large' : 'small';
  if (kind !== 'small') return [plannedUpload(chance, key, kind)];
  const first = { ...plannedUpload(chance, key, kind), deleted: chance.hit(SHARES.deleted) };
  return most > 1 && chance.hit(SHARES.overwritten) ? [first, overwriting(first)] : [first];
}

/** Another content than before: a result that was made from the wrong version can be told. */
function overwriting(first: PlannedUpload): PlannedUpload {
  return { ...first, deleted: false, content: { ...first.content, pick: (first.content.pick + 0.5) % 1 } };
}

function plannedUpload(chance: Chance, key: string, kind: PlannedUpload['content']['kind']): PlannedUpload {
  return { key, content: { kind, pick: chance.next() }, deleted: false };
}
