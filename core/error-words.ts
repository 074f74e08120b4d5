/** An error in one line for a log: its name, its message and what caused it. */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words = `${error.name}: ${error.message}`;
  return error.cause === undefined ? words : `${words} (${errorWords(error.cause)})`;
}
