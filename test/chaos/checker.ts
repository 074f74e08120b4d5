import { FAILURE_REASONS } from '../../core/failure-reason.ts';
import { compareSequencers } from '../../core/job.ts';
import type { Outcome } from '../../core/outcome.ts';

/** One acknowledged upload: an object version that S3 said it has. */
export interface Upload {
  readonly key: string;
  readonly versionId: string;
  readonly jobId: string;
  readonly sequencer: string;
  readonly kind: 'good' | 'bad';
  /** The reasons that a bad one may be refused with. */
  readonly reasons?: readonly string[];
  /** The version was deleted some time after the upload. */
  readonly deleted: boolean;
  /** Of its bytes, hex. */
  readonly sha256: string;
}

/** A message that names no upload, and is to be refused. `jobId` is that of its outcome. */
export interface PlantedMessage {
  readonly jobId: string;
  readonly reasons: readonly string[];
  /** Somebody purged its queue: nothing is left that could bring it back, so it may be missing. */
  readonly forgiven?: boolean;
}

/** What stands as the outcome of a job. */
export interface OutcomeFact {
  readonly status: Outcome['status'];
  readonly reason?: string;
  readonly outputs: readonly { readonly key: string; readonly sha256: string }[];
  /** SHA-256 of the bytes that it says it was made from; absent when it does not say. */
  readonly madeFrom?: string;
  /** Successful writes of the record, where that is known: more than one is a result that changed. */
  readonly writes?: number;
}

export interface PointerFact {
  readonly key: string;
  readonly jobId: string;
}

/** A message in a dead-letter queue; without a reason it was moved there by the queue itself. */
export interface DeadLetter {
  readonly jobId?: string;
  readonly reason?: string;
}

export interface QueueDepth {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
}

/** Everything that a run left behind, when nothing moves any more. */
export interface World {
  readonly uploads: readonly Upload[];
  readonly messages: readonly PlantedMessage[];
  /** By job. */
  readonly outcomes: ReadonlyMap<string, OutcomeFact>;
  /** SHA-256 of the stored bytes by key. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly latest: readonly PointerFact[];
  /** Jobs that are on it; absent where it is not looked at. */
  readonly timeline?: ReadonlySet<string>;
  readonly deadLetters: readonly DeadLetter[];
  /** Those that must be empty at the end; dead-letter queues are not among them. */
  readonly queues: readonly QueueDepth[];
  /** What should be closed and is not: attempts of live tasks, protections, leases, by name. */
  readonly unclosed: readonly string[];
  readonly mails: { readonly sent: number; readonly ceiling: number };
}

/** What a violation is, as the table counts it. */
export const CATEGORIES = ['lost', 'duplicated', 'torn', 'misfiled', 'left open'] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Violation {
  readonly category: Category;
  /** Kebab-case, stable. */
  readonly rule: string;
  /** What it is about: a key with its version, a job, a queue. */
  readonly subject: string;
  readonly detail: string;
}

/**
 * Holds a world against the promise: every acknowledged upload has exactly one outcome, made of its own bytes and
 * filed where it belongs, and nothing is left over. Pure; no violation means that all of it holds.
 */
export function check(world: World): Violation[] {
  const letters = Map.groupBy(world.deadLetters, ({ jobId }) => jobId ?? '');
  const known = new Set([...world.uploads, ...world.messages].map(({ jobId }) => jobId));
  return [
    ...world.uploads.flatMap((upload) => checkUpload(world, upload, letters.get(upload.jobId) ?? [])),
    ...world.messages.flatMap((message) => checkMessage(world, message, letters.get(message.jobId) ?? [])),
    ...checkStrangers(world, known),
    ...checkPointers(world),
    ...checkTimeline(world),
    ...checkLeftovers(world),
  ];
}

function checkUpload(world: World, upload: Upload, letters: readonly DeadLetter[]): Violation[] {
  const subject = `${upload.key}@${upload.versionId}`;
  const fault = (category: Category, rule: string, detail: string): Violation => ({ category, rule, subject, detail });
  const outcome = world.outcomes.get(upload.jobId);
  const parked = letters.map(({ reason }) => reason ?? 'moved by the queue').join(', ');
  if (outcome === undefined) {
    if (letters.length > 0) return [fault('misfiled', 'dead-letter-without-outcome', parked)];
    return upload.deleted ? [] : [fault('lost', 'no-outcome', 'the upload has no outcome')];
  }
  const found: Violation[] = [];
  if ((outcome.writes ?? 1) > 1) {
    found.push(fault('duplicated', 'outcome-rewritten', `the record was written ${outcome.writes} times`));
  }
  if (outcome.status === 'failed') {
    found.push(...checkRefusal(upload.kind === 'bad' ? (upload.reasons ?? []) : [], outcome, letters, subject));
    return found;
  }
  if (letters.length > 0) found.push(fault('misfiled', `${outcome.status}-and-dead-letter`, parked));
  if (outcome.status === 'gone') {
    if (!upload.deleted) found.push(fault('lost', 'gone-but-present', 'the version was never deleted'));
    return found;
  }
  if (upload.kind === 'bad') found.push(fault('misfiled', 'bad-input-complete', `expected ${upload.reasons}`));
  if (outcome.madeFrom !== undefined && outcome.madeFrom !== upload.sha256) {
    found.push(fault('torn', 'made-from-other-bytes', `made from ${outcome.madeFrom}`));
  }
  for (const { key, sha256 } of outcome.outputs) {
    const stored = world.outputs.get(key);
    if (stored === undefined) found.push(fault('torn', 'output-missing', key));
    else if (stored !== sha256) found.push(fault('torn', 'output-differs', key));
  }
  return found;
}

function checkMessage(
  world: World,
  { jobId, reasons, forgiven = false }: PlantedMessage,
  letters: readonly DeadLetter[],
): readonly Violation[] {
  if (forgiven) return [];
  const subject = `message ${jobId.slice(0, 12)}`;
  const outcome = world.outcomes.get(jobId);
  if (outcome === undefined)
    return [{ category: 'lost', rule: 'no-outcome', subject, detail: 'a bad message is lost' }];
  return checkRefusal(reasons, outcome, letters, subject);
}

/** `expected` is empty for what should have been complete. */
function checkRefusal(
  expected: readonly string[],
  { status, reason = 'none' }: OutcomeFact,
  letters: readonly DeadLetter[],
  subject: string,
): Violation[] {
  const fault = (rule: string, detail: string): Violation => ({ category: 'misfiled', rule, subject, detail });
  if (status !== 'failed') return [fault('bad-input-not-refused', `it is ${status}`)];
  const found: Violation[] = [];
  if (expected.length === 0) found.push(fault('good-input-failed', reason));
  else if (!expected.includes(reason))
    found.push(fault('other-reason', `${reason}; expected ${expected.join(' or ')}`));
  if (!Object.hasOwn(FAILURE_REASONS, reason)) found.push(fault('unknown-reason', reason));
  const reasons = new Set(letters.map((letter) => letter.reason));
  if (!reasons.has(reason)) found.push(fault('no-dead-letter', `failed as ${reason}, without its copy`));
  else if (reasons.size > 1) found.push(fault('dead-letters-disagree', [...reasons].join(', ')));
  return found;
}

/** Outcomes and dead letters of nothing that was uploaded: outputs that became inputs, for one. */
function checkStrangers(world: World, known: ReadonlySet<string>): Violation[] {
  const fault = (rule: string, jobId: string): Violation => ({
    category: 'duplicated',
    rule,
    subject: `job ${jobId.slice(0, 12)}`,
    detail: 'nobody uploaded that',
  });
  const outcomes = [...world.outcomes.keys()].filter((jobId) => !known.has(jobId));
  const letters = world.deadLetters.filter(({ jobId }) => jobId === undefined || !known.has(jobId));
  return [
    ...outcomes.map((jobId) => fault('stranger-outcome', jobId)),
    ...letters.map(({ jobId = 'unknown' }) => fault('stranger-dead-letter', jobId)),
  ];
}

function checkPointers(world: World): Violation[] {
  const pointers = new Map(world.latest.map((pointer) => [pointer.key, pointer.jobId]));
  const complete = world.uploads.filter(({ jobId }) => world.outcomes.get(jobId)?.status === 'complete');
  const newest = [...Map.groupBy(complete, ({ key }) => key).values()].flatMap((versions) =>
    versions.reduce((a, b) => (compareSequencers(a.sequencer, b.sequencer) > 0 ? a : b)),
  );
  return newest.flatMap(({ key, versionId, jobId }): Violation[] => {
    const pointer = pointers.get(key);
    if (pointer === jobId) return [];
    const detail = pointer === undefined ? 'there is no pointer' : `it points at job ${pointer.slice(0, 12)}`;
    return [{ category: 'misfiled', rule: 'stale-pointer', subject: `${key}@${versionId}`, detail }];
  });
}

function checkTimeline({ outcomes, timeline }: World): Violation[] {
  if (timeline === undefined) return [];
  const missing = [...outcomes].filter(([jobId]) => !timeline.has(jobId));
  return missing.map(([jobId, { status }]) => ({
    category: 'misfiled',
    rule: 'not-on-timeline',
    subject: `job ${jobId.slice(0, 12)}`,
    detail: `its outcome is ${status}`,
  }));
}

function checkLeftovers({ queues, unclosed, mails }: World): Violation[] {
  const fault = (rule: string, subject: string, detail: string): Violation => ({
    category: 'left open',
    rule,
    subject,
    detail,
  });
  return [
    ...queues
      .filter(({ visible, inFlight }) => visible + inFlight > 0)
      .map(({ name, visible, inFlight }) => fault('stuck-message', name, `${visible} visible, ${inFlight} in flight`)),
    ...unclosed.map((subject) => fault('unclosed', subject, 'it was never closed')),
    ...(mails.sent > mails.ceiling ? [fault('too-many-mails', 'mailbox', `${mails.sent} of ${mails.ceiling}`)] : []),
  ];
}

/** Violations by category: what a run prints, all zero when the promise holds. */
export function countViolations(violations: readonly Violation[]): Record<Category, number> {
  const counts = Object.fromEntries(CATEGORIES.map((category) => [category, 0])) as Record<Category, number>;
  for (const { category } of violations) counts[category] += 1;
  return counts;
}

/** Keys can be long and odd; how they begin and end, with the version, is enough to find them. */
function shorten(subject: string): string {
  return JSON.stringify(subject.length <= 60 ? subject : `${subject.slice(0, 30)}…${subject.slice(-25)}`);
}

/** The counts as a line to print, and the first violations below it. */
export function violationTable(violations: readonly Violation[], limit = 20): string {
  const counts = countViolations(violations);
  const line = CATEGORIES.map((category) => `${category} ${counts[category]}`).join(' · ');
  const shown = violations
    .slice(0, limit)
    .map(({ category, rule, subject, detail }) => `  ${category}: ${rule}: ${shorten(subject)}: ${detail}`);
  const rest = violations.length > limit ? [`  and ${violations.length - limit} more`] : [];
  return [line, ...shown, ...rest].join('\n');
}
