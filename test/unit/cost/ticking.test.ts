import { expect, test } from 'vitest';
import { runsAMonth } from '../../../cli/cost/ticking.ts';

test.each([
  ['rate(1 hour)', 730],
  ['rate(15 minutes)', 2920],
  ['rate(7 days)', 730 / 168],
  ['cron(0 3 * * ? *)', 730 / 24],
  ['cron(0/15 8-17 * * ? *)', (730 / 24) * 4 * 10],
  ['cron(0,30 * * * ? *)', 1460],
])('%s fires %d times a month', (expression, times) => {
  expect(runsAMonth(expression)).toBeCloseTo(times, 6);
});
