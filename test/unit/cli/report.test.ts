import { describe, expect, it } from 'vitest';
import { formatBytes, formatName, formatSeconds, formatTable } from '../../../cli/process/format.ts';
import { progressLine } from '../../../cli/process/progress.ts';
import { type JobReport, reportTable, runReport } from '../../../cli/process/report.ts';

const job = (key: string, status: JobReport['status'], reason: string | null = null): JobReport => ({
  key,
  jobId: 'f'.repeat(64),
  status,
  reason,
  message: reason && 'It is damaged.',
  route: 'service',
  attempts: 1,
  milliseconds: 1234,
  outputs: status === 'complete' ? [{ name: 'thumb.webp', bytes: 5321, path: '/out/thumb.webp' }] : [],
});

describe('reportTable', () => {
  it('lists every job of a small run with outputs or the reason', () => {
    const table = reportTable(runReport([job('a.jpg', 'complete'), job('b.jpg', 'failed', 'corrupt')], 3.21));
    expect(table.split('\n')).toEqual([
      'object  status    route    attempts  time   outputs, or why not',
      'a.jpg   complete  service  1         1.2 s  thumb.webp 5.3 kB',
      'b.jpg   failed    service  1         1.2 s  corrupt: It is damaged.',
      '',
      '2 submitted: 1 complete, 1 failed, 0 gone in 3.2 s (2 by service)',
    ]);
  });

  it('lists only what is not complete of a large run', () => {
    const jobs = Array.from({ length: 60 }, (_, index) => job(`${index}.jpg`, 'complete'));
    const table = reportTable(runReport([...jobs, job('bad.jpg', 'failed', 'corrupt')], 60));
    expect(table).toContain('bad.jpg');
    expect(table).not.toContain('5.jpg');
    expect(table).toContain('60 more jobs are complete.');
  });
});

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [12_345_678, '12.3 MB'],
    [5e15, '5000.0 TB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.04, '0.0 s'],
    [59.9, '59.9 s'],
    [192, '3 min 12 s'],
  ])('writes %d seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('makes control characters visible and cuts the middle', () => {
    expect(formatName('a\u001b[31mb', 20)).toBe('a\u{FFFD}[31mb');
    expect(formatName('abcdefghij', 5)).toBe('ab…ij');
  });

  it('aligns columns behind wide characters', () => {
    expect(
      formatTable([
        ['🌅', 'x'],
        ['ab', 'x'],
        ['日本', 'x'],
      ]),
    ).toBe('🌅    x\nab    x\n日本  x');
  });
});

describe('progressLine', () => {
  it('says how far it is, what is in which state and how fast', () => {
    const progress = { total: 4, submitted: 4, complete: 1, failed: 1, gone: 0, bytesDone: 2e6 };
    const line = progressLine(progress, { waiting: 1, working: 1 }, 2);
    expect(line).toBe(
      '████████████░░░░░░░░░░░░ 2/4  1 waiting, 1 working, 1 complete, 1 failed  1.0 jobs/s, 1.0 MB/s  2.0 s',
    );
  });
});
