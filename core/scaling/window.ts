import type { Seen } from './scaling.ts';

/** Values that a window holds at most, however often it is added to. */
const RESOLUTION = 60;

/**
 * What was seen within `milliseconds` before `at`, and `value` now. Values closer to each other than a sixtieth of the
 * window count as one, the larger; one from the future (a clock was set back) counts as seen now.
 */
export function remember(seen: readonly Seen[], at: number, value: number, milliseconds: number): readonly Seen[] {
  const kept: Seen[] = [];
  for (const [when, what] of [...seen, [at, value] as const]) {
    if (!Number.isFinite(when) || !Number.isFinite(what) || when < at - milliseconds) continue;
    const time = Math.min(when, at);
    const last = kept.at(-1);
    if (last !== undefined && (time === last[0] || time - last[0] < milliseconds / RESOLUTION)) {
      kept[kept.length - 1] = [last[0], Math.max(last[1], what)];
    } else kept.push([time, what]);
  }
  return kept;
}

/** The largest value; 0 of none. */
export function largest(seen: readonly Seen[]): number {
  return seen.reduce((most, [, value]) => Math.max(most, value), 0);
}

/** The mean over time: each value counts for as long as it was the newest. The only one counts alone; 0 of none. */
export function average(seen: readonly Seen[]): number {
  const spans = spansOf(seen);
  const time = spans.reduce((sum, { span }) => sum + span, 0);
  if (time === 0) return seen.at(-1)?.[1] ?? 0;
  return spans.reduce((sum, { value, span }) => sum + value * span, 0) / time;
}

/** The value that was reached for at least `milliseconds` altogether; 0 when none was for so long. */
export function reachedFor(seen: readonly Seen[], milliseconds: number): number {
  let time = 0;
  for (const { value, span } of spansOf(seen).toSorted((a, b) => b.value - a.value)) {
    time += span;
    if (time >= milliseconds) return value;
  }
  return 0;
}

/** A value speaks for the time since the one before it, but for no more than this, ms: what nobody saw is not known. */
const LONGEST_SPAN_MS = 15_000;

/** For how long each value speaks; the first has no past. */
function spansOf(seen: readonly Seen[]): { readonly value: number; readonly span: number }[] {
  return seen
    .slice(1)
    .map(([at, value], index) => ({ value, span: Math.min(LONGEST_SPAN_MS, at - (seen[index]?.[0] ?? at)) }));
}
