import { messages, sampleObjects } from '../../corpus/messages/all.ts';
import { eventWith } from '../../corpus/messages/message-case.ts';

/** Longer ones are cut in their dead letter, and tell no more. */
const MAX_CHARACTERS = 10_000;

/** Bodies of messages that name no object, of every sort that the corpus has. */
export function malformedMessages(): string[] {
  const bodies = messages(sampleObjects()).flatMap(({ ends, body }) => (ends === 'malformed' ? body : []));
  return [...new Set(bodies)].filter(({ length }) => length <= MAX_CHARACTERS);
}

/** Those of a plan: its shares say which, each no more than once. An event of another bucket is always among them. */
export function chosenMessages(shares: readonly number[]): string[] {
  const all = malformedMessages();
  const chosen = shares.map((share) => all[Math.floor(share * all.length)] ?? '');
  return [...new Set([foreignEvent(), ...chosen])].filter(Boolean);
}

/** A good event, of a bucket that is not the inbox. */
function foreignEvent(): string {
  const [object] = sampleObjects();
  return object === undefined ? '' : eventWith(object, { bucket: { name: 'results-of-somebody' } });
}
