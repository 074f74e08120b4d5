import type { TaskProtection } from '../aws/task-protection.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';

/** Follows whether the task works, and has ECS spare it from scaling in while it does. */
export interface Protector {
  busy(): void;
  idle(): void;
}

/** A pause between two jobs is no reason for two calls to the agent. */
const IDLE_HOLD_MS = 3_000;

/**
 * Asks for protection on the edges between idle and busy only. It holds for `minutes`, as long as a job may take, and is
 * not prolonged: protection also holds back deployments. A refusal is logged and survived; a drain loses no work either.
 */
export function createProtector(
  protection: TaskProtection,
  { clock, logger, minutes }: { clock: Clock; logger: Logger; minutes: number },
): Protector {
  let wanted = false;
  let applied = false;
  let applying = false;
  let hold: AbortController | undefined;

  async function apply(): Promise<void> {
    if (applying) return;
    applying = true;
    while (applied !== wanted) {
      applied = wanted;
      const refusal = await (applied ? protection.protect(minutes) : protection.release());
      if (refusal !== undefined) logger.warn({ refusal, protect: applied }, 'task protection refused');
    }
    applying = false;
  }

  return {
    busy() {
      hold?.abort();
      wanted = true;
      void apply();
    },
    idle() {
      hold?.abort();
      const own = new AbortController();
      hold = own;
      void clock.sleep(IDLE_HOLD_MS, own.signal).then(() => {
        if (own.signal.aborted) return;
        wanted = false;
        void apply();
      });
    },
  };
}
