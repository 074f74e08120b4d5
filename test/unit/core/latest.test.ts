import { describe, expect, it } from 'vitest';
import type { JobId } from '../../../core/job.ts';
import { isNewer } from '../../../core/latest.ts';
import type { Latest } from '../../../core/outcome.ts';

function pointer(rest: Partial<Latest>): Latest {
  return { v: 1, key: 'k', jobId: 'b'.repeat(64) as JobId, sequencer: '', ...rest };
}
const current = (rest: Partial<Latest>) => pointer({ jobId: 'a'.repeat(64) as JobId, ...rest });

describe('the newest version', () => {
  it('is told by the sequencer, as hex numbers padded on the right', () => {
    expect(isNewer(pointer({ sequencer: '0B' }), current({ sequencer: '0A' }))).toBe(true);
    expect(isNewer(pointer({ sequencer: '0A' }), current({ sequencer: '0B' }))).toBe(false);
    expect(isNewer(pointer({ sequencer: '0a1' }), current({ sequencer: '0A' }))).toBe(true);
    expect(isNewer(pointer({ sequencer: '0A' }), current({ sequencer: '0A00' }))).toBe(false);
  });

  it('is told by the date where one has no sequencer', () => {
    const [early, late] = ['2026-03-01T11:00:00.000Z', '2026-03-01T11:00:01.000Z'];
    expect(isNewer(pointer({ lastModified: late }), current({ sequencer: 'FF', lastModified: early }))).toBe(true);
    expect(isNewer(pointer({ sequencer: 'FF', lastModified: early }), current({ lastModified: late }))).toBe(false);
  });

  it('is not told by either when a date is missing or both are of one second', () => {
    const lastModified = '2026-03-01T11:00:00.000Z';
    expect(isNewer(pointer({}), current({ sequencer: '0A' }))).toBeUndefined();
    expect(isNewer(pointer({ lastModified }), current({}))).toBeUndefined();
    expect(isNewer(pointer({ lastModified }), current({ sequencer: '0A', lastModified }))).toBeUndefined();
  });

  it('is not newer than itself', () => {
    expect(isNewer(current({ sequencer: '0B' }), current({ sequencer: '0A' }))).toBe(false);
  });
});
