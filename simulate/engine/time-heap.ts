/** A binary heap of moments, the earliest first, each with two whole numbers; typed arrays, since millions pass through. */
export interface TimeHeap {
  readonly size: () => number;
  /** The earliest moment; infinity when there is none. */
  readonly time: () => number;
  /** What belongs to the earliest. */
  readonly first: () => number;
  readonly second: () => number;
  push(time: number, first: number, second: number): void;
  pop(): void;
}

export function createTimeHeap(): TimeHeap {
  let size = 0;
  let times = new Float64Array(1024);
  let firsts = new Int32Array(1024);
  let seconds = new Int32Array(1024);

  function place(index: number, time: number, first: number, second: number): void {
    times[index] = time;
    firsts[index] = first;
    seconds[index] = second;
  }

  function move(from: number, to: number): void {
    place(to, times[from] ?? 0, firsts[from] ?? 0, seconds[from] ?? 0);
  }

  function grow(): void {
    const larger = <T extends Float64Array | Int32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    times = larger(new Float64Array(2 * size), times);
    firsts = larger(new Int32Array(2 * size), firsts);
    seconds = larger(new Int32Array(2 * size), seconds);
  }

  return {
    size: () => size,
    time: () => (size === 0 ? Number.POSITIVE_INFINITY : (times[0] ?? 0)),
    first: () => firsts[0] ?? 0,
    second: () => seconds[0] ?? 0,
    push(time, first, second) {
      if (size === times.length) grow();
      let index = size++;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if ((times[parent] ?? 0) <= time) break;
        move(parent, index);
        index = parent;
      }
      place(index, time, first, second);
    },
    pop() {
      if (size === 0) return;
      size -= 1;
      const time = times[size] ?? 0;
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        if (child >= size) break;
        if (child + 1 < size && (times[child + 1] ?? 0) < (times[child] ?? 0)) child += 1;
        if ((times[child] ?? 0) >= time) break;
        move(child, index);
        index = child;
      }
      place(index, time, firsts[size] ?? 0, seconds[size] ?? 0);
    },
  };
}
