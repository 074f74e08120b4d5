/** The middle of some figures; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/**
 * Runs every contestant once a round, in turning order, so that a busy machine slows all of them alike; gives back the
 * samples of each.
 */
export async function interleave<Name extends string, Sample>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<Sample>,
): Promise<ReadonlyMap<Name, readonly Sample[]>> {
  const samples = new Map<Name, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const turned = [...names.slice(round % names.length), ...names.slice(0, round % names.length)];
    for (const name of round % 2 === 0 ? turned : turned.toReversed()) samples.get(name)?.push(await measure(name));
  }
  return samples;
}

/** Samples of contestants by one of their figures. */
export interface Figures<Name extends string> {
  median(name: Name): number;
  /** The median of `a` divided by `b`, round by round. */
  ratio(a: Name, b: Name): number;
}

/** Looks at one figure of the samples. */
export function figuresOf<Name extends string, Sample>(
  samples: ReadonlyMap<Name, readonly Sample[]>,
  figure: (sample: Sample) => number,
): Figures<Name> {
  const all = (name: Name) => (samples.get(name) ?? []).map(figure);
  return {
    median: (name) => median(all(name)),
    ratio: (a, b) => {
      const others = all(b);
      return median(all(a).map((value, round) => value / (others[round] ?? Number.NaN)));
    },
  };
}
