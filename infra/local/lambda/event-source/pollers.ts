import type { EventSourceMapping } from '../function-definition.ts';
import type { Poller } from './poller.ts';

/** The pollers of all mappings. */
export interface Pollers {
  start(): void;
  /** Takes note of a mapping that was switched on or off; at once, where AWS takes up to a minute. */
  changed(mapping: EventSourceMapping): void;
  /** Resolves when no batch runs any more. */
  stop(): Promise<void>;
}

/** Polls for the mappings that are enabled, each as `begin` does it. */
export function pollers(
  mappings: () => readonly EventSourceMapping[],
  begin: (mapping: EventSourceMapping) => Poller,
): Pollers {
  const running = new Map<string, Poller>();
  const ending = new Set<Promise<void>>();
  let started = false;

  function end(uuid: string): void {
    const poller = running.get(uuid);
    running.delete(uuid);
    if (poller === undefined) return;
    const stopped = poller.stop().finally(() => ending.delete(stopped));
    ending.add(stopped);
  }

  function changed(mapping: EventSourceMapping): void {
    if (!started) return;
    if (!mapping.enabled) end(mapping.uuid);
    else if (!running.has(mapping.uuid)) running.set(mapping.uuid, begin(mapping));
  }

  return {
    start() {
      started = true;
      for (const mapping of mappings()) changed(mapping);
    },
    changed,
    async stop() {
      started = false;
      for (const uuid of [...running.keys()]) end(uuid);
      await Promise.all(ending);
    },
  };
}
