import type { UnusedGrant } from '../../infra/unused-grants.ts';

/** What a run of the exercise found. */
export interface Verdict {
  readonly grants: number;
  readonly exercised: number;
  /** Grants that no call used, with the reason why they are there all the same. */
  readonly explained: readonly (readonly [grant: string, reason: string])[];
  /** What is wrong, one sentence each; the exercise passes without any. */
  readonly faults: readonly string[];
}

export interface VerdictInput {
  /** Every grant of the compiled template. */
  readonly grants: readonly string[];
  /** Grants that calls used. Those of other templates do not count. */
  readonly used: ReadonlySet<string>;
  readonly refused: readonly string[];
  /** Grants that are expected not to be used → why they are there. */
  readonly unused: Readonly<Record<string, UnusedGrant>>;
}

/** Holds the grants of the template against what was used of them. */
export function verdictOf({ grants, used, refused, unused }: VerdictInput): Verdict {
  const idle = grants.filter((grant) => !used.has(grant));
  const listed = Object.entries(unused);
  return {
    grants: grants.length,
    exercised: grants.length - idle.length,
    explained: listed.filter(([grant]) => idle.includes(grant)).map(([grant, { reason }]) => [grant, reason]),
    faults: [
      ...refused.map((sentence) => `refused: ${sentence}`),
      ...idle.filter((grant) => !Object.hasOwn(unused, grant)).map((grant) => `granted and never used: ${grant}`),
      ...listed.flatMap(([grant, { dependsOnTiming = false }]) => {
        if (!grants.includes(grant)) return `listed as unused, and not in the template: ${grant}`;
        return idle.includes(grant) || dependsOnTiming ? [] : `listed as unused, and used: ${grant}`;
      }),
    ],
  };
}

/** The verdict for a reader. */
export function verdictText(verdict: Verdict, systems: number): string {
  const { grants, exercised, explained, faults } = verdict;
  const width = Math.max(0, ...explained.map(([grant]) => grant.length));
  return [
    `${grants} grants, ${exercised} exercised by ${systems} ${systems === 1 ? 'system' : 'systems'}`,
    ...(explained.length > 0 ? ['', `Not exercised, and why they are there (${explained.length}):`] : []),
    ...explained.map(([grant, reason]) => `  ${grant.padEnd(width)}  ${reason}`),
    ...(faults.length > 0 ? ['', `Faults (${faults.length}):`] : []),
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n');
}
