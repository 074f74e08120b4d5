/** The part of a rule that says which of its occasions it takes. */
interface Occasions {
  readonly nth?: readonly number[] | undefined;
  readonly every?: number | undefined;
  readonly times?: number | undefined;
}

/** Counts the occasions of one rule; true when the rule takes this one. In memory: a restart counts anew. */
export type Occasion = () => boolean;

/** Makes the counter of a rule. */
export function occasionsOf({ nth, every = 1, times = Number.POSITIVE_INFINITY }: Occasions): Occasion {
  let seen = 0;
  let taken = 0;
  return () => {
    seen += 1;
    const wanted = nth === undefined ? seen % every === 0 : nth.includes(seen);
    if (!wanted || taken >= times) return false;
    taken += 1;
    return true;
  };
}

/** Whether an optional pattern is found in a text. */
export function isWithin(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern).test(text);
}
