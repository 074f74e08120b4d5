import type { Figures } from '../measure.ts';

/** What a goal came to. */
export interface Verdict {
  readonly goal: string;
  readonly value: number;
  /** At most this. */
  readonly limit: number;
  readonly unit: 'ratio' | 'seconds';
  readonly met: boolean;
  /** Why it is missed. */
  readonly reason: string | undefined;
}

/** All figures of a comparison: by shape, then by policy. */
export type Comparison = ReadonlyMap<string, ReadonlyMap<string, Figures>>;

const OURS = 'Slipway latency';
const ORACLE = 'reactive oracle';
const CLAIRVOYANT = 'clairvoyant';
/** What a warm task stands for in the trickle: any peer that keeps one. */
const WARM = 'CPU 60 %, one minute';
/** The burst into an idle service that peers are measured on. */
const BURST = 'burst';

/** Peers with the share of their p95 that a burst may take. */
const BURST_PEERS: readonly (readonly [string, number])[] = [
  ['CDK, as it comes', 0.3],
  ['CDK, more tasks', 0.3],
  ['CDK, tuned', 0.3],
  ['Copilot queue_delay', 0.3],
  ['AWS backlog per task', 0.3],
  ['CPU 60 %, 20 seconds', 0.3],
  ['KEDA, as it comes', 0.6],
];

/** Every goal of scaling with its ratio. `responder`: the name of the row with the stage's first responder. Pure. */
export function verdictsOf(comparison: Comparison, responder: string): readonly Verdict[] {
  const figures = (shape: string, policy: string) => comparison.get(shape)?.get(policy);
  const ratio = (shape: string, policy: string, pick: (of: Figures) => number): number => {
    const [ours, theirs] = [figures(shape, OURS), figures(shape, policy)];
    return ours === undefined || theirs === undefined ? Number.NaN : pick(ours) / pick(theirs);
  };
  const p95 = (of: Figures) => of.p95;
  const cost = (of: Figures) => of.dollars;
  const trickle = figures('trickle', responder);
  const warm = figures('trickle', WARM);
  return [
    ...[...comparison.keys()].flatMap((shape) => [
      verdict(`${shape}: p95 by the reactive oracle`, ratio(shape, ORACLE, p95), 1.3),
      verdict(`${shape}: cost by the reactive oracle`, ratio(shape, ORACLE, cost), 1.1),
    ]),
    ...BURST_PEERS.map(([peer, limit]) => verdict(`${BURST}: p95 by ${peer}`, ratio(BURST, peer, p95), limit)),
    verdict(`${BURST}: cost by KEDA, as it comes`, ratio(BURST, 'KEDA, as it comes', cost), 0.4),
    verdict('diurnal: cost by CPU 60 %, one minute', ratio('diurnal', 'CPU 60 %, one minute', cost), 0.8),
    verdict('diurnal: cost by CPU 60 %, 20 seconds', ratio('diurnal', 'CPU 60 %, 20 seconds', cost), 0.8),
    verdict('steady: cost by clairvoyant', ratio('steady', CLAIRVOYANT, cost), 1.2),
    verdict(`trickle: p95 with ${responder.replace(`${OURS}, `, '')}`, trickle?.p95 ?? Number.NaN, 5, 'seconds'),
    verdict(
      `trickle: cost with ${responder.replace(`${OURS}, `, '')} by a warm task`,
      (trickle?.dollars ?? Number.NaN) / (warm?.dollars ?? Number.NaN),
      0.01,
    ),
  ].filter(({ value }) => !Number.isNaN(value));
}

function verdict(goal: string, value: number, limit: number, unit: Verdict['unit'] = 'ratio'): Verdict {
  const met = value <= limit;
  return { goal, value, limit, unit, met, reason: met ? undefined : reasonOf(goal) };
}

/** Why a goal is known to be out of reach, by the words of its name. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/by the reactive oracle$/, 'the counts are three seconds old, and looked at every five to ten seconds'],
  [
    /^trickle: cost/,
    'two thirds are the five long polls of an idle queue that Lambda keeps open; two are enough for it only without MaximumConcurrency',
  ],
];

function reasonOf(goal: string): string {
  return REASONS.find(([pattern]) => pattern.test(goal))?.[1] ?? 'not known; see docs/scaling.md';
}
