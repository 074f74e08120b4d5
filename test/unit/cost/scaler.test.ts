import { expect, test } from 'vitest';
import { total } from '../../../cli/cost/estimate.ts';
import { MONTH_HOURS } from '../../../cli/cost/row.ts';
import { busyScaler, quietScaler } from '../../../cli/cost/scaler.ts';

const scaler = (environment: object) => ({
  logicalId: 'ScaleServiceLambdaFunction',
  type: 'AWS::Lambda::Function',
  properties: { MemorySize: 128, Environment: { Variables: environment } },
});
const TICKS = MONTH_HOURS * 60;

test('a scaler with nothing to do costs some cents a month', () => {
  expect(total(quietScaler('ScaleSchedule', TICKS, 0.125))).toBeLessThan(0.15);
});

test('one that never rests costs what docs/operate.md says, its metric beside', () => {
  const quiet = quietScaler('ScaleSchedule', TICKS, 0.125);
  const busy = busyScaler(scaler({}), MONTH_HOURS);
  const metrics = busy.filter(({ unit }) => unit === 'metric');
  expect(total([...quiet, ...busy]) - total(metrics)).toBeCloseTo(4.48, 2);
  expect(total(metrics)).toBeCloseTo(0.3, 6);
});

test('more hours than a month has are no more looks', () => {
  expect(total(busyScaler(scaler({}), 50 * MONTH_HOURS))).toBeCloseTo(total(busyScaler(scaler({}), MONTH_HOURS)), 6);
});

test('publishing every ten seconds costs a request each time', () => {
  const rows = busyScaler(scaler({ METRIC_NAMESPACE: 'Slipway/slipway-dev' }), MONTH_HOURS);
  expect(rows.find(({ note }) => note === 'one for each look')?.dollars).toBeCloseTo(2.63, 1);
});
