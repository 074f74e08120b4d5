/** Waits until `condition` gives something true, and gives that; fails after `withinMs` with the last state in words. */
export async function until<Result>(
  condition: () => Result | Promise<Result>,
  withinMs = 5_000,
  describe: () => unknown = () => '',
): Promise<NonNullable<Result>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms. ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Lets everything run that is ready to run: promises, immediates, sockets' callbacks. */
export async function settle(rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
