import { chanceOf } from './chance.ts';

/** What an upload is, which decides how it ends. */
export type UploadKind = keyof typeof UPLOAD_KINDS;

interface KindFacts {
  /** Relative frequency. */
  readonly weight: number;
  /** How a bad one may be refused; absent for a good one. */
  readonly reasons?: readonly string[];
}

/** The uploads of a run, by kind. */
export const UPLOAD_KINDS = {
  good: { weight: 70 },
  /** Takes longer than a lease, and longer than a stopped task may take to finish. */
  slow: { weight: 4 },
  /** The processor fails once, then not any more. */
  flaky: { weight: 3 },
  empty: { weight: 2, reasons: ['zero-bytes'] },
  'not-a-picture': { weight: 3, reasons: ['unsupported-type'] },
  damaged: { weight: 2, reasons: ['corrupt'] },
  'huge-picture': { weight: 1, reasons: ['too-many-pixels'] },
  'too-large': { weight: 1, reasons: ['too-large'] },
  archived: { weight: 1, reasons: ['archived'] },
  forbidden: { weight: 1, reasons: ['access-denied', 'attempts-exhausted'] },
  /** The processor fails every time. */
  failing: { weight: 1, reasons: ['attempts-exhausted'] },
  /** The processor never ends. */
  hanging: { weight: 0.5, reasons: ['deadline', 'attempts-exhausted'] },
  /** The processor passes its own memory ceiling. */
  hungry: { weight: 1, reasons: ['out-of-memory', 'attempts-exhausted'] },
  /** Takes the whole task's memory: the kernel kills the worker, or some processor in it. */
  bomb: { weight: 2, reasons: ['killed-worker', 'out-of-memory', 'attempts-exhausted'] },
} as const satisfies Record<string, KindFacts>;

/** Relative frequencies instead of the usual ones. */
export type Weights = Partial<Readonly<Record<UploadKind, number>>>;

/** One upload to come. Times in milliseconds, from the start of the run or from the upload before. */
export interface PlannedUpload {
  readonly at: number;
  readonly key: string;
  readonly kind: UploadKind;
  /** Large enough for a task of its own. */
  readonly large: boolean;
  /** A second, good version follows. */
  readonly overwrittenAfter?: number;
  readonly deletedAfter?: number;
}

/** Uploads come over this time. */
export const UPLOADS_WITHIN_MS = 300_000;

/** Names that tools get wrong. */
const NAMES = [
  'plain',
  'a b+c%25',
  'ünïcødé-✓',
  '..',
  '../up',
  '//',
  'x'.repeat(300),
  '<script>',
  'new\nline',
  '"quoted"',
];

/**
 * What is uploaded in a run: the same for the same seed, and the first `count` of it for a smaller count. `harmless`:
 * nothing that kills its worker.
 */
export function planUploads(
  seed: number,
  count: number,
  { harmless = false, weights = {} }: { harmless?: boolean; weights?: Weights } = {},
): PlannedUpload[] {
  return Array.from({ length: count }, (_, index) => {
    const chance = chanceOf(seed, 'upload', index);
    const picked = pickKind(chance.next(), weights);
    const kind = harmless && picked === 'bomb' ? 'good' : picked;
    const fate = kind === 'good' ? chance.next() : 1;
    return {
      at: chance.between(0, UPLOADS_WITHIN_MS),
      key: `${NAMES[index % NAMES.length]}-${index}`,
      kind,
      large: kind !== 'empty' && chance.hit(0.06),
      // Two versions in one second have no order that a listing tells.
      ...(fate < 0.08 ? { overwrittenAfter: chance.between(1_500, 20_000) } : {}),
      ...(fate > 0.08 && fate < 0.13 ? { deletedAfter: chance.between(0, 20_000) } : {}),
    };
  });
}

/** The kind at a point, from 0 to below 1, of all weights laid end to end. */
function pickKind(point: number, weights: Weights): UploadKind {
  const names = Object.keys(UPLOAD_KINDS) as UploadKind[];
  const weightOf = (name: UploadKind) => weights[name] ?? UPLOAD_KINDS[name].weight;
  let left = point * names.reduce((sum, name) => sum + weightOf(name), 0);
  for (const name of names) {
    left -= weightOf(name);
    if (left < 0) return name;
  }
  return 'good';
}
