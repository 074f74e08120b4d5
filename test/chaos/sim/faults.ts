import type { Chance } from './chance.ts';
import { EPOCH } from './scheduler.ts';

/** What goes wrong, and how often at each occasion. */
export const FAULT_KINDS = {
  's3.slow-down': 0.02,
  's3.internal-error': 0.005,
  's3.no-answer': 0.003,
  's3.applied-without-answer': 0.01,
  's3.conflict': 0.01,
  's3.short-body': 0.005,
  's3.outage': 0.85,
  'sqs.throttled': 0.01,
  'sqs.no-answer': 0.003,
  'sqs.receive-answer-lost': 0.01,
  'sqs.delivered-twice': 0.02,
  'sqs.reordered': 0.2,
  'sqs.delete-ignored': 0.01,
  'sqs.delete-refused': 0.01,
  'sqs.delete-applied-without-answer': 0.01,
  'sqs.visibility-refused': 0.03,
  'sqs.send-refused': 0.005,
  'sqs.send-applied-without-answer': 0.005,
  'sqs.outage': 0.85,
  'bus.event-lost': 0.004,
  'bus.event-twice': 0.05,
  'bus.event-late': 0.01,
  'bus.target-failure': 0.02,
  'bus.to-dead-letters': 0.003,
  'bus.foreign-event': 0.01,
  'ecs.throttled': 0.02,
  'ecs.no-answer': 0.005,
  'ecs.no-capacity': 0.1,
  'ecs.started-without-answer': 0.03,
  'ecs.notice-lost': 0.05,
  'ecs.notice-twice': 0.1,
  'ecs.task-forgotten': 0.05,
  'ecs.protection-refused': 0.02,
  'ecs.protection-unavailable': 0.02,
  'worker.killed-at-call': 0.0006,
  'worker.exit-at-call': 0.0001,
  'worker.stalled': 0.0006,
  'worker.killed': 0.3,
  'worker.machine-lost': 0.15,
  'worker.told-to-stop': 0.4,
  'worker.killed-after-stop': 1,
  'worker.out-of-memory': 1,
  'processor.killed': 1,
  'task.machine-lost': 0.1,
  'task.stopped-by-hand': 0.02,
  'task.hung': 0.02,
  'task.vanished': 0.04,
  'queue.purged': 0.15,
  'record.pointer-lost': 0.01,
  'record.timeline-lost': 0.01,
  'lambda.failed': 0.02,
  'sweep.killed': 0.1,
  'sweep.started-twice': 0.1,
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;
export const ALL_FAULTS = Object.keys(FAULT_KINDS) as FaultKind[];

/** Faults that a system should take without doing any work twice: a put whose answer gets lost. */
export const QUIET_KINDS: ReadonlySet<FaultKind> = new Set(['s3.applied-without-answer']);

/** The dice of a run. */
export interface Faults {
  /** Whether the fault happens now. Nothing does any more once it is calm. */
  draw(kind: FaultKind): boolean;
  /** Whether the service refuses nearly everything now. */
  outage(service: 's3' | 'sqs'): boolean;
  /** How often each happened. */
  readonly counts: Partial<Record<FaultKind, number>>;
}

export interface FaultOptions {
  readonly chance: Chance;
  now(): number;
  /** Milliseconds from the start, after which nothing is made to go wrong. */
  readonly calmAfterMs: number;
  /** Kinds that are switched off, to shrink a failing case. */
  readonly without: ReadonlySet<FaultKind>;
  /** How often instead, for a mistake that shows in some weathers alone. */
  readonly instead?: Partial<Readonly<Record<FaultKind, number>>> | undefined;
  note(kind: FaultKind): void;
}

/** Outages per service, of up to five minutes. */
const OUTAGES = 1;
const LONGEST_OUTAGE_MS = 300_000;
const OUTAGES_WITHIN_MS = 900_000;

export function createFaults({ chance, now, calmAfterMs, without, note, instead = {} }: FaultOptions): Faults {
  const counts: Partial<Record<FaultKind, number>> = {};
  const calmAt = EPOCH + calmAfterMs;
  const outages = { s3: windows(chance), sqs: windows(chance) };

  function draw(kind: FaultKind): boolean {
    // Always drawn, so that switching one kind off leaves the draws of the others where they are for longer.
    const hit = chance.hit(instead[kind] ?? FAULT_KINDS[kind]);
    if (!hit || now() >= calmAt || without.has(kind)) return false;
    counts[kind] = (counts[kind] ?? 0) + 1;
    note(kind);
    return true;
  }

  /** One outage is one fault, however many calls it refuses. */
  function outage(service: 's3' | 'sqs'): boolean {
    const window = outages[service].find(({ from, to }) => now() >= from && now() < to);
    const kind = `${service}.outage` as const;
    if (window === undefined || now() >= calmAt || without.has(kind)) return false;
    if (!window.noted) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      note(kind);
    }
    window.noted = true;
    return chance.hit(FAULT_KINDS[kind]);
  }

  return { draw, outage, counts };
}

function windows(chance: Chance): { from: number; to: number; noted: boolean }[] {
  return Array.from({ length: OUTAGES }, () => {
    const from = EPOCH + chance.between(0, OUTAGES_WITHIN_MS);
    return { from, to: from + chance.between(5_000, LONGEST_OUTAGE_MS), noted: false };
  });
}
