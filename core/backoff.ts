/** The first wait is up to this long, seconds. */
const BASE_SECONDS = 5;
/** No wait is longer: a mended fault should not leave work lying. */
const CAP_SECONDS = 300;

/**
 * Seconds to wait before try `count + 1`: full jitter below an exponential bound, so that what failed together does not
 * come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). At least 1.
 */
export function backoffSeconds(count: number, random: () => number): number {
  const bound = Math.min(CAP_SECONDS, BASE_SECONDS * 2 ** Math.min(Math.max(0, count - 1), 16));
  return 1 + Math.floor(random() * bound);
}
