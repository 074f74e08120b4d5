const FIRST_MS = 1_000;
const LONGEST_MS = 10 * 60_000;

/**
 * Exponential backoff with jitter: between half and all of 1 s, 2 s, 4 s … up to 10 minutes, which spreads EventBridge's
 * 185 retries over its 24 hours. `random` is in [0, 1).
 */
export function backoffMs(retry: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(retry, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
