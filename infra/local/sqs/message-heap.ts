/** What a heap orders: it knows its own place, so that it can be taken out from anywhere. */
export interface Ordered {
  /** Index in the heap that holds it. */
  place: number;
}

/** A binary heap: the first in order at once, any other in logarithmic time. */
export interface Heap<Item extends Ordered> {
  readonly size: number;
  first(): Item | undefined;
  push(item: Item): void;
  /** Takes out an item that is in it. */
  remove(item: Item): void;
  items(): readonly Item[];
  clear(): void;
}

/** Makes an empty heap; `before` says which of two comes first. */
export function heapOf<Item extends Ordered>(before: (a: Item, b: Item) => boolean): Heap<Item> {
  let items: Item[] = [];

  function put(item: Item, place: number): void {
    items[place] = item;
    item.place = place;
  }

  function rise(item: Item, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || !before(item, parent)) break;
      put(parent, place);
      place = above;
    }
    put(item, place);
  }

  function sink(item: Item, from: number): void {
    let place = from;
    for (;;) {
      const child = smallerChild(2 * place + 1);
      if (child === undefined || !before(child, item)) break;
      const below = child.place;
      put(child, place);
      place = below;
    }
    put(item, place);
  }

  function smallerChild(left: number): Item | undefined {
    const a = items[left];
    const b = items[left + 1];
    return a !== undefined && b !== undefined && before(b, a) ? b : a;
  }

  return {
    get size() {
      return items.length;
    },
    first: () => items[0],
    push: (item) => rise(item, items.length),
    remove(item) {
      const last = items.pop();
      if (last === undefined || last === item) return;
      const { place } = item;
      const parent = items[(place - 1) >> 1];
      if (place > 0 && parent !== undefined && before(last, parent)) rise(last, place);
      else sink(last, place);
    },
    items: () => items,
    clear() {
      items = [];
    },
  };
}
