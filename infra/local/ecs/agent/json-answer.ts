import type { WireResponse } from '../../http/wire.ts';

/** An answer of the agent. */
export function jsonAnswer(status: number, body: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
