/** Something that happens now and then, and that others wait for. */
export interface Pulse {
  /** Resolves at the next beat. */
  next(): Promise<void>;
  beat(): void;
}

export function createPulse(): Pulse {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    next: () => promise,
    beat() {
      const done = resolve;
      ({ promise, resolve } = Promise.withResolvers<void>());
      done();
    },
  };
}
