/** One claim of a benchmark, with what was measured. */
export interface Goal {
  readonly what: string;
  /** The ratio, or figure, that was measured; undefined where it could not be. */
  readonly value: number | undefined;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  /** Why it is missed, or was not measured. */
  readonly reason?: string;
  /** How far beyond the bound, as a factor, the regression guard lets it be; noise is no regression. */
  readonly slack?: number;
}

/** A table of figures, as text. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Bars of one figure. */
export interface Chart {
  /** `bench-NAME.svg`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly kind: 'ours' | 'peer' | 'limit';
}

/** What one benchmark found. */
export interface Area {
  readonly name: string;
  readonly title: string;
  /** What was done, and how to read it; Markdown. */
  readonly text: string;
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly goals: readonly Goal[];
}

/** How much of it is run. */
export interface Plan {
  readonly quick: boolean;
  /** Times that each measurement is repeated. */
  readonly rounds: number;
  /** Objects of the scale benchmark. */
  readonly count: number;
  /** Tells how far it is. */
  progress(text: string): void;
}

export type Verdict = 'met' | 'missed' | 'not measured';

/** Whether a goal is met. */
export function verdictOf({ value, bound }: Goal): Verdict {
  if (value === undefined || !Number.isFinite(value)) return 'not measured';
  return ('atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost) ? 'met' : 'missed';
}

const SLACK = 1.6;

/** Whether a goal is so far off that noise does not explain it. */
export function isRegression(goal: Goal): boolean {
  const { value, bound, slack = SLACK } = goal;
  if (value === undefined || !Number.isFinite(value)) return false;
  return 'atLeast' in bound ? value < bound.atLeast / slack : value > bound.atMost * slack;
}
