/** Virtual time: nothing takes any, things only happen at some. */
export interface Scheduler {
  /** Unix epoch, milliseconds. */
  now(): number;
  /** Runs `action` at `time`, after everything that was planned for the same time before. */
  at(time: number, action: () => void): void;
  /** The same, `milliseconds` from now. */
  after(milliseconds: number, action: () => void): void;
  /** Goes from event to event until `done`, until nothing is planned, or until `limit`. */
  run(done: () => boolean, limit: number): Promise<void>;
}

interface Planned {
  readonly time: number;
  readonly order: number;
  readonly action: () => void;
}

/** Where all simulations begin. */
export const EPOCH = Date.parse('2026-03-01T12:00:00Z');

/** Events per turn of Node's event loop. Between two of them Node runs all promises that can run. */
const BURST = 128;

export function createScheduler(): Scheduler {
  const heap: Planned[] = [];
  let now = EPOCH;
  let order = 0;

  function at(time: number, action: () => void): void {
    order += 1;
    push(heap, { time: Math.max(now, time), order, action });
  }

  return {
    now: () => now,
    at,
    after: (milliseconds, action) => at(now + Math.max(0, milliseconds), action),
    run(done, limit) {
      return new Promise((resolve, reject) => {
        let over = false;
        function end(finish: () => void): void {
          over = true;
          finish();
        }
        function step(): void {
          if (over) return;
          const next = heap[0];
          if (next === undefined || next.time > limit || done()) {
            end(resolve);
            return;
          }
          pop(heap);
          now = next.time;
          try {
            next.action();
          } catch (error) {
            end(() => reject(error));
          }
        }
        // Each immediate is followed by all microtasks it set off, in the same turn of the loop.
        function burst(): void {
          if (over) return;
          for (let count = 0; count < BURST; count += 1) setImmediate(step);
          setImmediate(burst);
        }
        burst();
      });
    },
  };
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: Planned[], planned: Planned): void {
  let index = heap.length;
  heap.push(planned);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || isBefore(parent, planned)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = planned;
}

function pop(heap: Planned[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const leftItem = heap[left];
    if (leftItem === undefined) break;
    const rightItem = heap[right];
    const takeRight = rightItem !== undefined && isBefore(rightItem, leftItem);
    const child = takeRight ? rightItem : leftItem;
    if (isBefore(last, child)) break;
    heap[index] = child;
    index = takeRight ? right : left;
  }
  heap[index] = last;
}
