import type { Random } from '../random.ts';
import type { Setting } from '../setting.ts';
import type { Work } from '../work.ts';
import type { Protection } from './fleet.ts';

/** What can be known of the system at a second. */
export interface View {
  /** Since the start. */
  readonly second: number;
  readonly visible: number;
  /** Hidden: received, not deleted. */
  readonly inFlight: number;
  readonly running: number;
  readonly desired: number;
  /** Share of the running tasks' slots that are at work; NaN when none runs. */
  readonly busyShare: number;
  /** Jobs that tasks have done, and the slot-seconds that they have worked, since the start. */
  readonly done: number;
  readonly slotSeconds: number;
  /** `visible` and `inFlight` as they were. */
  past(secondsAgo: number): { readonly visible: number; readonly inFlight: number };
}

/** One way of choosing the number of tasks, at work in one run. */
export interface Scaling {
  /** Once a second. Gives the desired count. */
  tick(view: View): number;
  /** A message came while there is no task; may be left out. */
  arrived?(at: number): void;
  /** Whether the first responder should take messages now; left out: always. */
  responds?(): boolean;
  /** How many tasks are told that they are too many; left out: none. */
  surplus?(): number;
  /** Seconds for which a function of its own ran; left out: it has none. */
  functionSeconds?(): number;
}

/** A way of choosing the number of tasks, as it is listed and compared. */
export interface Policy {
  readonly name: string;
  /** Where it is published, or what it is. */
  readonly about: string;
  /** Tasks that it always keeps. */
  readonly minTasks: number;
  /** Tasks that it never goes above; left out: the template's. */
  readonly maxTasks?: number;
  /** Which tasks its scale-in spares. */
  readonly protects: Protection;
  /** Whether it comes with a first responder, when the setting has one. */
  readonly responder?: boolean;
  begin(setting: Setting, work: Work, random: Random): Scaling;
}
