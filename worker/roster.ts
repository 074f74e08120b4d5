/** What is in a roster, and where. */
export interface Member {
  /** Its place, of no meaning to anybody else. */
  place: number;
}

/**
 * Things that come and go by the thousand in a second. A Set would do, but each time it grows or shrinks it leaves its old
 * table behind, which keeps alive what was in it until the whole heap is collected: a tenth of the time of a worker
 * whose jobs are short.
 */
export interface Roster<Item extends Member> {
  readonly size: number;
  /** In no order; not to be kept. */
  readonly all: readonly Item[];
  add(item: Item): void;
  /** Does nothing for what is not there any more. */
  remove(item: Item): void;
}

export function createRoster<Item extends Member>(): Roster<Item> {
  const all: Item[] = [];
  return {
    get size() {
      return all.length;
    },
    all,
    add(item) {
      item.place = all.push(item) - 1;
    },
    remove(item) {
      const { place } = item;
      if (all[place] !== item) return;
      const last = all.pop();
      if (last === undefined || last === item) return;
      all[place] = last;
      last.place = place;
    },
  };
}
