import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../iam/records.ts';
import { verdictOf, verdictText } from '../../iam/verdict.ts';

const base = { grants: ['A s3:GetObject B', 'A s3:PutObject B'], used: new Set<string>(), refused: [], unused: {} };

describe('the exercise', () => {
  it('counts grants that were used, and finds no fault when all were', () => {
    const verdict = verdictOf({ ...base, used: new Set([...base.grants, 'of another template']) });
    expect(verdict).toEqual({ grants: 2, exercised: 2, explained: [], faults: [] });
    expect(verdictText(verdict, 3)).toBe('2 grants, 2 exercised by 3 systems');
  });

  it('takes a reason for a grant that was not', () => {
    const unused = { 'A s3:PutObject B': { reason: 'for bad days' } };
    const verdict = verdictOf({ ...base, used: new Set(['A s3:GetObject B']), unused });
    expect(verdict).toMatchObject({ exercised: 1, faults: [] });
    expect(verdictText(verdict, 1)).toContain('A s3:PutObject B  for bad days');
  });

  it('names what nobody used, what is listed without need, and what was refused', () => {
    const verdict = verdictOf({
      ...base,
      used: new Set(['A s3:GetObject B']),
      refused: ['X: s3:GetObject on Y'],
      unused: { 'A s3:GetObject B': { reason: 'used after all' }, 'C s3:GetObject D': { reason: 'is no more' } },
    });
    expect(verdict.faults).toEqual([
      'refused: X: s3:GetObject on Y',
      'granted and never used: A s3:PutObject B',
      'listed as unused, and used: A s3:GetObject B',
      'listed as unused, and not in the template: C s3:GetObject D',
    ]);
  });

  it('lets an entry be used whose use depends on timing', () => {
    const unused = { 'A s3:PutObject B': { reason: 'for bad days', dependsOnTiming: true as const } };
    expect(verdictOf({ ...base, used: new Set(base.grants), unused })).toMatchObject({ explained: [], faults: [] });
  });

  it('merges what several systems have told, up to where one was killed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'slipway-records-'));
    const line = (grant: string) => `${JSON.stringify({ grant, principal: 'p', action: 'a', resource: 'r' })}\n`;
    const refusal = `${JSON.stringify({ refused: 'because no policy allows', principal: 'p', action: 'a', resource: 'r' })}\n`;
    try {
      await writeFile(join(directory, '1.jsonl'), line('one') + line('two'));
      await writeFile(join(directory, '2.jsonl'), `${line('two')}${refusal}${refusal}{"grant":"thr`);
      expect(await readRecords(directory)).toEqual({
        systems: 2,
        used: new Set(['one', 'two']),
        refused: ['p: a on r, because no policy allows it'],
      });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
