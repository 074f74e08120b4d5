/** One e-mail of a kind in this time; a failing deployment must not fill a mailbox. */
const WINDOW_MS = 15 * 60_000;

/** `alerts/<kind>/<start of the quarter of an hour>`: whoever creates it may send. `now`: Unix epoch, milliseconds. */
export function alertKey(kind: string, now: number): string {
  return `${alertPrefix(kind)}${windowOf(now)}`;
}

/** What was not sent in a quarter of an hour lies below the key of what was. */
export function heldKey(kind: string, now: number, id: string): string {
  return `${alertKey(kind, now)}/${id}`;
}

/** All windows of a kind, in the order of time. */
export function alertPrefix(kind: string): string {
  return `alerts/${kind}/`;
}

/** The window of a key of this module, ISO 8601 without seconds: `2026-03-01T12:00Z`. */
export function windowTime(key: string): string {
  return (key.split('/')[2] ?? '').replace(/-(\d\dZ)$/, ':$1');
}

/** Name of the quarter of an hour that a time is in. */
export function windowOf(now: number): string {
  const start = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS).toISOString();
  return `${start.slice(0, 16).replace(':', '-')}Z`;
}
