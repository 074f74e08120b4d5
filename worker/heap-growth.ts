import { setFlagsFromString } from 'node:v8';

/** By how much V8's heap may grow over what is alive before it is collected as a whole, per cent. */
const GROWTH_PERCENT = 200;

/**
 * For a process that passes large objects through: V8 counts their bytes as its heap's and, as the process waits for the
 * network nearly all the time, takes collecting for cheap: every few megabytes it marks the whole heap, which costs a tenth of all
 * that the worker does for a picture.
 */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
