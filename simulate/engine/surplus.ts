import type { Random } from '../random.ts';

/** A worker at work looks this often whether it is too many, seconds (worker/surplus.ts). */
const LOOK_SECONDS = 15;

/** Which tasks were told that they are too many, and when each of them notices. */
export interface SurplusTold {
  /** So many of these are too many: those told before first. The others are needed again. */
  tell(candidates: readonly number[], count: number, at: number): void;
  forget(task: number): void;
  /** Tasks that have noticed since, each once. */
  noticed(at: number): { readonly resting: readonly number[]; readonly needed: readonly number[] };
}

export function createSurplusTold(random: Random): SurplusTold {
  /** When each notices; infinity once it has. */
  const told = new Map<number, number>();
  const needed = new Map<number, number>();

  function due(tasks: ReadonlyMap<number, number>, at: number): number[] {
    return [...tasks].filter(([, noticesAt]) => noticesAt <= at).map(([task]) => task);
  }

  return {
    tell(candidates, count, at) {
      const chosen = new Set(
        [...candidates.filter((task) => told.has(task)), ...candidates.filter((task) => !told.has(task))].slice(
          0,
          count,
        ),
      );
      for (const task of [...told.keys()].filter((other) => !chosen.has(other))) {
        told.delete(task);
        needed.set(task, at + random.between(0, LOOK_SECONDS));
      }
      for (const task of chosen) {
        needed.delete(task);
        if (!told.has(task)) told.set(task, at + random.between(0, LOOK_SECONDS));
      }
    },
    forget(task) {
      told.delete(task);
      needed.delete(task);
    },
    noticed(at) {
      const [resting, again] = [due(told, at), due(needed, at)];
      for (const task of resting) told.set(task, Number.POSITIVE_INFINITY);
      for (const task of again) needed.delete(task);
      return { resting, needed: again };
    },
  };
}
