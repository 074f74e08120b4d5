import type { FromSharer, ToSharer } from './share/protocol.ts';
import { removeStale, shareFile } from './share/share-file.ts';

/** The process that alone touches the shared file system: when that hangs, this process does, and not the worker. */
export function runShareProcess(): void {
  process.on('message', (order: ToSharer) => void share(order));
  // The parent decides when it ends; a signal to the whole group must not end it before.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
}

async function share(order: ToSharer): Promise<void> {
  try {
    await shareFile(order);
    answer({ id: order.id });
  } catch (error) {
    answer({ id: order.id, error: errorOf(error) });
  }
  await removeStale(order.to, Date.now());
}

function answer(message: FromSharer): void {
  process.send?.(message);
}

function errorOf(error: unknown) {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) };
  const code = 'code' in error ? String(error.code) : error.name;
  return { code, message: error.message };
}
