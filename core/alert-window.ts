/** One e-mail of a kind in this time; a failing deployment must not fill a mailbox. */
const WINDOW_MS = 15 * 60_000;

/** `alerts/<kind>/<start of the quarter of an hour>`: whoever creates it may send. `now`: Unix epoch, milliseconds. */
export function alertKey(kind: string, now: number): string {
  const start = new Date(Math.floor(now / WINDOW_MS) * WINDOW_MS).toISOString();
  return `alerts/${kind}/${start.slice(0, 16).replace(':', '-')}Z`;
}
