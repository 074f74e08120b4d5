/** Something for which nothing new is taken on for a while. */
export interface Gate {
  readonly closed: boolean;
  /** Resolves when it is not closed any more. */
  opened(): Promise<void>;
}

/** Open when all of them are. */
export function allOf(gates: readonly Gate[]): Gate {
  const isClosed = () => gates.some(({ closed }) => closed);
  return {
    get closed() {
      return isClosed();
    },
    async opened() {
      while (isClosed()) await Promise.all(gates.map((gate) => gate.opened()));
    },
  };
}
