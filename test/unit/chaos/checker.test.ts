import { describe, expect, it } from 'vitest';
import {
  check,
  countViolations,
  type OutcomeFact,
  type Upload,
  violationTable,
  type World,
} from '../../chaos/checker.ts';

const good: Upload = {
  key: 'a.jpg',
  versionId: 'v1',
  jobId: 'job-1',
  sequencer: '01',
  kind: 'good',
  deleted: false,
  sha256: 'bytes-1',
};
const bad: Upload = { ...good, key: 'b.jpg', jobId: 'job-2', kind: 'bad', reasons: ['corrupt'] };
const message = { jobId: 'job-3', reasons: ['malformed-message'] };
const complete = { status: 'complete', outputs: [{ key: 'out', sha256: 'sum' }], madeFrom: 'bytes-1' } as const;
const corrupt = { status: 'failed', reason: 'corrupt', outputs: [] } as const;
const malformed = { status: 'failed', reason: 'malformed-message', outputs: [] } as const;

const outcomes = new Map<string, OutcomeFact>([
  ['job-1', complete],
  ['job-2', corrupt],
  ['job-3', malformed],
]);
const letters = [
  { jobId: 'job-2', reason: 'corrupt' },
  { jobId: 'job-3', reason: 'malformed-message' },
];

/** One good upload, one bad one, one malformed message, all as they should be. */
const whole: World = {
  uploads: [good, bad],
  messages: [message],
  outcomes,
  outputs: new Map([['out', 'sum']]),
  latest: [{ key: 'a.jpg', jobId: 'job-1' }],
  timeline: new Set(outcomes.keys()),
  deadLetters: letters,
  queues: [{ name: 'jobs', visible: 0, inFlight: 0 }],
  unclosed: [],
  mails: { sent: 1, ceiling: 1 },
};

const rulesOf = (world: World) => check(world).map(({ category, rule }) => `${category}: ${rule}`);
const outcome = (jobId: string, fact: OutcomeFact | undefined) => {
  const changed = new Map(outcomes);
  changed.delete(jobId);
  if (fact !== undefined) changed.set(jobId, fact);
  return { outcomes: changed };
};
const newer: Upload = { ...good, versionId: 'v2', jobId: 'job-4', sequencer: '0A', sha256: 'bytes-4' };

describe('the checker', () => {
  it('has nothing to say when all is as it should be', () => {
    expect(rulesOf(whole)).toEqual([]);
  });

  it.each<[string, Partial<World>, string[]]>([
    ['an upload without outcome', { ...outcome('job-1', undefined), latest: [] }, ['lost: no-outcome']],
    ['gone, though it is there', { ...outcome('job-1', { status: 'gone', outputs: [] }) }, ['lost: gone-but-present']],
    ['a bad message without outcome', outcome('job-3', undefined), ['lost: no-outcome']],
    ['an outcome written twice', outcome('job-1', { ...complete, writes: 2 }), ['duplicated: outcome-rewritten']],
    ['a job of nothing', { deadLetters: [...letters, { reason: 'x' }] }, ['duplicated: stranger-dead-letter']],
    ['other bytes', outcome('job-1', { ...complete, madeFrom: 'other' }), ['torn: made-from-other-bytes']],
    ['an output that is missing', { outputs: new Map() }, ['torn: output-missing']],
    ['an output that differs', { outputs: new Map([['out', 'other']]) }, ['torn: output-differs']],
    [
      'a good input that failed',
      { ...outcome('job-1', corrupt), latest: [] },
      ['misfiled: good-input-failed', 'misfiled: no-dead-letter'],
    ],
    [
      'a bad input that is complete',
      { ...outcome('job-2', complete), deadLetters: letters.slice(1) },
      ['misfiled: bad-input-complete'],
    ],
    ['a refusal without its copy', { deadLetters: letters.slice(1) }, ['misfiled: no-dead-letter']],
    [
      'a complete job in the dead letters',
      { deadLetters: [...letters, { jobId: 'job-1' }] },
      ['misfiled: complete-and-dead-letter'],
    ],
    ['a pointer to nothing', { latest: [] }, ['misfiled: stale-pointer']],
    ['an outcome that the timeline lacks', { timeline: new Set(['job-1', 'job-2']) }, ['misfiled: not-on-timeline']],
    ['a message that stays', { queues: [{ name: 'jobs', visible: 0, inFlight: 1 }] }, ['left open: stuck-message']],
    ['an open lease', { unclosed: ['lease'] }, ['left open: unclosed']],
    ['a flood of e-mails', { mails: { sent: 2, ceiling: 1 } }, ['left open: too-many-mails']],
  ])('finds %s', (_name, change, rules) => {
    expect(rulesOf({ ...whole, ...change })).toEqual(expect.arrayContaining(rules));
    expect(rulesOf({ ...whole, ...change }).length).toBeGreaterThan(0);
  });

  it('finds a pointer that stayed behind, by sequencer', () => {
    const both = { uploads: [good, bad, newer], timeline: new Set([...outcomes.keys(), 'job-4']) };
    const world = { ...whole, ...both, ...outcome('job-4', { ...complete, madeFrom: 'bytes-4' }) };
    expect(rulesOf(world)).toEqual(['misfiled: stale-pointer']);
    expect(rulesOf({ ...world, latest: [{ key: 'a.jpg', jobId: 'job-4' }] })).toEqual([]);
  });

  it('lets be what nobody can help: a deleted upload nobody saw, a message that was purged', () => {
    const uploads = [{ ...good, deleted: true }, bad];
    expect(rulesOf({ ...whole, ...outcome('job-1', undefined), uploads, latest: [] })).toEqual([]);
    const messages = [{ ...message, forgiven: true }];
    expect(rulesOf({ ...whole, ...outcome('job-3', undefined), messages, deadLetters: letters.slice(0, 1) })).toEqual(
      [],
    );
  });

  it('prints its counts in one line, and keys short enough to read', () => {
    const violations = check({ ...whole, uploads: [{ ...good, key: 'x'.repeat(300), jobId: 'job-9' }, bad] });
    expect(countViolations(violations).lost).toBe(1);
    const [line = '', ...rest] = violationTable(violations).split('\n');
    expect(line).toMatch(/^lost 1 · duplicated \d · torn 0 · misfiled \d · left open 0$/);
    expect(Math.max(...rest.map(({ length }) => length))).toBeLessThan(140);
  });
});
