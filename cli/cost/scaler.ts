import { type CostRow, MONTH_HOURS, priced } from './row.ts';
import type { StackResource } from './stack-resources.ts';

/** A look of the scaler at a quiet queue, and its loop from one tick to the next while there is work, seconds. */
const LOOK_SECONDS = 0.2;
const LOOP_SECONDS = 50.6;
/** Looks in a loop. */
const STEPS = 6;
/** Lambda's own lines about a call; and what a step writes. GB. */
const CALL_LOG_GB = 350e-9;
const STEP_LOG_GB = 450e-9;

/** A tick a minute that finds nothing to do: a call, a count of the queue, and a read of the record. */
export function quietScaler(what: string, ticks: number, gigabytes: number): readonly CostRow[] {
  return [
    priced(what, 'scheduledRun', ticks),
    priced(what, 'lambdaRequest', ticks),
    priced(what, 'lambdaArmCompute', ticks * LOOK_SECONDS * gigabytes, 'a look a minute'),
    priced(what, 'sqsRequest', ticks),
    priced(what, 's3Read', ticks),
    priced(what, 'logIngestion', ticks * CALL_LOG_GB),
  ];
}

/** What comes on top in hours with work: a look every ten seconds. */
export function busyScaler(scaler: StackResource, hours: number): readonly CostRow[] {
  const what = 'scaler';
  const loops = 60 * Math.min(hours, MONTH_HOURS);
  const gigabytes = Number(scaler.properties.MemorySize) / 1024;
  const publishes = JSON.stringify(scaler.properties.Environment ?? {}).includes('METRIC_NAMESPACE');
  const rows = [
    priced(what, 'lambdaArmCompute', loops * (LOOP_SECONDS - LOOK_SECONDS) * gigabytes, 'a look every ten seconds'),
    priced(what, 'sqsRequest', loops * (STEPS - 1)),
    // The turn that is taken, and what is remembered at its end.
    priced(what, 's3Write', loops * 2, 'whose turn it is, and what is remembered'),
    priced(what, 'logIngestion', loops * STEPS * STEP_LOG_GB),
  ];
  return publishes
    ? [
        ...rows,
        priced(what, 'metricRequest', loops * STEPS, 'one for each look'),
        priced(what, 'customMetric', loops / 60 / MONTH_HOURS),
      ]
    : [
        ...rows,
        priced(what, 's3Write', loops / 2, 'listings of the workers’ reports'),
        priced(what, 'customMetric', loops / 60 / MONTH_HOURS, 'what a task does'),
      ];
}
