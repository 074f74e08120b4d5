/** Chance that a seed decides: the same seed gives the same run, on any machine. */
export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  between(low: number, high: number): number;
  /** Of a normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** Log-normal with this mean and coefficient of variation. */
  lognormal(mean: number, variation: number): number;
}

/** A source of chance for a seed. Marsaglia's xorshift with 32 bits, stirred by a multiplication. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1;
  let spare = Number.NaN;

  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (Math.imul(state, 0x2c1b3c6d) >>> 0) / 0x1_0000_0000;
  }

  function normal(): number {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  for (let round = 0; round < 8; round++) next();
  return {
    next,
    normal,
    between: (low, high) => low + (high - low) * next(),
    lognormal(mean, variation) {
      const sigma = Math.sqrt(Math.log(1 + variation * variation));
      return mean * Math.exp(sigma * normal() - (sigma * sigma) / 2);
    },
  };
}
