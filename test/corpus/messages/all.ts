import type { CorpusObject, MessageCase } from './message-case.ts';
import { noEvents } from './no-event.ts';
import { OBJECTS_NEEDED, SAMPLE, unusualEvents } from './unusual-events.ts';
import { wrongEvents } from './wrong-events.ts';

export { OBJECTS_NEEDED };

/** Every message of the corpus, about these objects; there have to be OBJECTS_NEEDED of them. */
export function messages(objects: readonly CorpusObject[]): MessageCase[] {
  return [...noEvents(SAMPLE), ...wrongEvents(SAMPLE), ...unusualEvents(objects[Symbol.iterator]())];
}

/** Objects that nobody has uploaded. */
export function sampleObjects(): CorpusObject[] {
  return Array.from({ length: OBJECTS_NEEDED }, (_, index) => ({ ...SAMPLE, key: `good ${index}.jpg` }));
}
