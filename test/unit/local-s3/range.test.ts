import { describe, expect, it } from 'vitest';
import { readRange } from '../../../infra/local/s3/range.ts';

describe('ranges', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=5-99', { start: 5, end: 9 }],
  ])('%s of ten bytes', (header, range) => {
    expect(readRange(header, 10)).toEqual(range);
  });

  it.each([undefined, 'bytes=', 'bytes=-', 'bytes=5-2', 'items=0-1', 'bytes=0-1,3-4'])('%s asks for all', (header) => {
    expect(readRange(header, 10)).toBeUndefined();
  });

  it.each(['bytes=10-', 'bytes=-0', 'bytes=99-100'])('%s of ten bytes cannot be satisfied', (header) => {
    expect(() => readRange(header, 10)).toThrow(expect.objectContaining({ code: 'InvalidRange', status: 416 }));
  });

  it('of an empty object cannot be satisfied', () => {
    expect(() => readRange('bytes=0-', 0)).toThrow(expect.objectContaining({ code: 'InvalidRange' }));
  });
});
