import { expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { reportText } from './report.ts';
import { runChaos } from './run.ts';

it('real workers lose nothing in a short run of kills, stalls and faults', { timeout: 240_000 }, async () => {
  const options = readOptions(['--seed', '3', '--uploads', '60', '--kills', '8']);
  const report = await runChaos(options, { say: () => undefined, signal: new AbortController().signal });
  expect(report.details, reportText(report)).toEqual([]);
  expect(report).toMatchObject({ passed: true, figures: { kills: { done: 8, of: 8 }, stalls: { done: 1, of: 1 } } });
  expect(report.figures.badInputs.done).toBeGreaterThan(0);
});
