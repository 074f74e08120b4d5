import { isObject } from './pattern-error.ts';

/** A value that conditions apply to. */
export type Leaf = string | number | boolean | null;

/** An own member of an object; undefined for anything else. Names such as `__proto__` are names like any other. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The values at one place of an event: itself, or what an array holds, however deep. Objects are no leaves. */
export function leavesOf(value: unknown): Leaf[] {
  return flatten(value).filter(
    (item): item is Leaf => item === null || ['string', 'number', 'boolean'].includes(typeof item),
  );
}

/** The objects at one place of an event. A place with none counts as one empty object: every field of it is absent. */
export function objectsOf(value: unknown): object[] {
  const objects = flatten(value).filter(isObject);
  return objects.length > 0 ? objects : [{}];
}

/** Whether the event has a value anywhere along `path`, in any element of the arrays on the way. */
export function hasLeaf(value: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return leavesOf(value).length > 0;
  return flatten(value).some((item) => hasLeaf(member(item, name), rest));
}

// A loop, since an event may nest arrays deeper than the stack.
function flatten(value: unknown): unknown[] {
  if (!Array.isArray(value)) return value === undefined ? [] : [value];
  const flat: unknown[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (!Array.isArray(item)) flat.push(item);
    else for (const inner of item) open.push(inner);
  }
  return flat;
}
