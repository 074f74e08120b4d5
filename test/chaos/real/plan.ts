import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import { type Chance, chanceOf } from '../sim/chance.ts';
import { crashRules, groupOf, POISON, POISON_KILLS } from './plan-crashes.ts';
import { faultRules } from './plan-faults.ts';

/** One step of the uploader. Steps of one key follow each other, others go side by side. */
export interface PlannedUpload {
  readonly key: string;
  /** Index into the contents, by kind. */
  readonly content: { readonly kind: 'small' | 'large' | 'bad'; readonly pick: number };
  /** The version is deleted as soon as it is there. */
  readonly deleted: boolean;
  /** Kills every worker that takes it up. */
  readonly poison: boolean;
}

/** Everything that a run does and everything that goes wrong in it: a pure function of the options. */
export interface Plan {
  readonly seed: number;
  /** By key, in the order of their versions. */
  readonly uploads: readonly (readonly PlannedUpload[])[];
  /** Bodies of messages that name no object. */
  readonly messages: readonly string[];
  readonly script: FaultScriptInput;
  /** Numbers of outcomes at which a worker is told to stop. */
  readonly sigterms: readonly number[];
  /** Planned deaths of workers, those by poison included. */
  readonly kills: number;
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
}

const SHARES = { large: 0.025, bad: 0.1, overwritten: 0.05, deleted: 0.035 };

/** Makes the plan of a run. */
export function makePlan({ seed, uploads: count, kills, restart }: PlanOptions): Plan {
  const chance = chanceOf('plan', seed);
  // A job that kills its workers needs some that live beside it.
  const poisons = Math.min(1 + Math.floor(count / 400), Math.floor(kills / (2 * POISON_KILLS)));
  const byPoint = kills - POISON_KILLS * poisons;
  const faults = faultRules(chance, count);
  const tasks = crashRules(chance, {
    kills: byPoint,
    stalls: Math.min(Math.floor(count / 100), Math.floor(byPoint / 4)),
  });
  const stops = Math.round(kills / 4);
  return {
    seed,
    uploads: makeUploads(chance, { count, poisons, groups: Math.max(1, byPoint) }),
    messages: Array.from({ length: Math.ceil(count / 60) }, (_, index) => malformed(chance, seed, index)),
    script: { ...faults.script, tasks },
    sigterms: Array.from({ length: stops }, () => Math.floor(chance.between(count * 0.1, count * 0.7))),
    kills,
    lostEvents: faults.lostEvents,
    restartAt: restart ? Math.floor(chance.between(count * 0.4, count * 0.6)) : undefined,
  };
}

function makeUploads(
  chance: Chance,
  { count, poisons, groups }: { readonly count: number; readonly poisons: number; readonly groups: number },
): PlannedUpload[][] {
  const keys: PlannedUpload[][] = [];
  for (let made = 0; made < count; made = keys.flat().length) {
    const key = `chaos/${groupOf(made, count, groups)}/${String(made).padStart(4, '0')}.jpg`;
    keys.push(versionsOf(chance, key, count - made));
  }
  for (let index = 0; index < poisons; index += 1) {
    const at = Math.floor(chance.between(keys.length * 0.2, keys.length * 0.7));
    keys[at] = [plannedUpload(chance, `chaos/${POISON}-${index}.jpg`, 'small', { poison: true })];
  }
  return keys;
}

function versionsOf(chance: Chance, key: string, most: number): PlannedUpload[] {
  const kind = chance.hit(SHARES.bad) ? 'bad' : chance.hit(SHARES.large) ? 'large' : 'small';
  if (kind !== 'small') return [plannedUpload(chance, key, kind)];
  const first = plannedUpload(chance, key, kind, { deleted: chance.hit(SHARES.deleted) });
  return most > 1 && chance.hit(SHARES.overwritten) ? [first, overwriting(first)] : [first];
}

/** Another content than before: a result that was made from the wrong version can be told. */
function overwriting(first: PlannedUpload): PlannedUpload {
  return { ...first, deleted: false, content: { ...first.content, pick: (first.content.pick + 0.5) % 1 } };
}

function plannedUpload(
  chance: Chance,
  key: string,
  kind: PlannedUpload['content']['kind'],
  more: Partial<PlannedUpload> = {},
): PlannedUpload {
  return { key, content: { kind, pick: chance.next() }, deleted: false, poison: false, ...more };
}

function malformed(chance: Chance, seed: number, index: number): string {
  return chance.pick([
    `no JSON ${seed}-${index}`,
    JSON.stringify({ Event: 's3:TestEvent', index }),
    JSON.stringify({
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'other' }, object: { key: `${index}` } },
    }),
    JSON.stringify({ 'detail-type': 'Object Created', detail: index }),
  ]);
}
