import { placement, taskHours, taskShape } from './compute.ts';
import { MONTH_HOURS, priced } from './row.ts';
import type { IdleRule } from './rules.ts';
import { quietScaler } from './scaler.ts';

/** Pollers of an idle queue hold five connections open, each for up to 20 seconds (AWS Lambda Developer Guide, SQS). */
const POLLS_AN_HOUR = 5 * 180;

/** Lambda asks a queue all the time, whether there is something in it or not. */
export const queuePollingRule: IdleRule = ({ logicalId, properties }) =>
  /queue/i.test(String(properties.EventSourceArn))
    ? [priced(logicalId, 'sqsRequest', POLLS_AN_HOUR * MONTH_HOURS, 'five long polls at a time')]
    : [];

/** Start, listing and end of a sweep over few objects; Fargate charges at least one. */
const SWEEP_MINUTES = 1.5;
/** What a sweep prints, GB. */
const SWEEP_LOG_GB = 5e-6;
const FUNCTION_SECONDS = 1;

/** Each tick: the invocation, the function, and the task that it starts. */
export const scheduleRule: IdleRule = ({ logicalId, properties }, context) => {
  const runs = runsAMonth(String(properties.ScheduleExpression));
  const scaler = context.find('ScaleServiceLambdaFunction');
  if (scaler !== undefined && String(Object(properties.Target).Arn).includes(scaler.logicalId)) {
    return quietScaler(logicalId, runs, Number(scaler.properties.MemorySize) / 1024);
  }
  const rows = [
    priced(logicalId, 'scheduledRun', runs),
    priced(logicalId, 'lambdaRequest', runs),
    priced(logicalId, 'lambdaArmCompute', runs * FUNCTION_SECONDS * 0.5),
  ];
  const definition = context.find('SweepTaskDefinition');
  const service = context.ofType('AWS::ECS::Service')[0];
  if (definition === undefined || service === undefined) return rows;
  const { publicAddress } = placement(service);
  const hours = (runs * SWEEP_MINUTES) / 60;
  const note = `${Math.round(runs)} sweeps of ${SWEEP_MINUTES} minutes`;
  return [
    ...rows,
    ...taskHours(logicalId, taskShape(definition), hours, { spot: false, publicAddress }, note),
    priced(logicalId, 'logIngestion', runs * SWEEP_LOG_GB),
  ];
};

/** How often a schedule fires in a month; of a cron expression an upper bound by its minutes and hours. */
export function runsAMonth(expression: string): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const hours = { minute: 1 / 60, hour: 1, day: 24 }[rate[2] as 'minute' | 'hour' | 'day'];
    return MONTH_HOURS / (Number(rate[1]) * hours);
  }
  const [minutes = '*', hours = '*'] = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  return (MONTH_HOURS / 24) * times(minutes, 60) * times(hours, 24);
}

/** How many values a field of a cron expression has. */
function times(field: string, all: number): number {
  return field
    .split(',')
    .map((part) => {
      const [range = '*', step = '1'] = part.split('/');
      const [from, to] = range.split('-');
      const width =
        range === '*'
          ? all
          : to === undefined
            ? part.includes('/')
              ? all - Number(from)
              : 1
            : Number(to) - Number(from) + 1;
      return Math.ceil(width / Number(step));
    })
    .reduce((sum, count) => sum + count, 0);
}
