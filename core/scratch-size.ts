/** What every Fargate task has, GiB; the image's layers lie in it too. */
const DEFAULT_GIB = 20;
/** Bounds of the `ephemeralStorage` override, GiB (Amazon ECS API Reference, EphemeralStorage). */
const LEAST_GIB = 21;
const MOST_GIB = 200;
/** Kept free for the image and for what a processor writes besides its outputs, GiB. */
const RESERVE_GIB = 6;

/**
 * Ephemeral storage for an object of `bytes` and outputs as large as it, GiB; undefined while the default does, and where
 * none can be asked for (`most` is 0).
 */
export function scratchGibFor(bytes: number, most = MOST_GIB): number | undefined {
  const wanted = Math.ceil((2 * bytes) / 2 ** 30) + RESERVE_GIB;
  return wanted <= DEFAULT_GIB || most < LEAST_GIB ? undefined : Math.min(most, Math.max(LEAST_GIB, wanted));
}
