/** Values that were used last, up to a number of them. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  put(key: Key, value: Value): void;
  forget(key: Key): void;
}

/** Makes an empty one. What was put first goes first: using a value again does not keep it, which costs nothing to get. */
export function recent<Value, Key = string | number>(most: number): Recent<Key, Value> {
  const values = new Map<Key, Value>();
  return {
    get: (key) => values.get(key),
    put(key, value) {
      values.set(key, value);
      if (values.size <= most) return;
      for (const oldest of values.keys()) {
        values.delete(oldest);
        return;
      }
    },
    forget: (key) => void values.delete(key),
  };
}
