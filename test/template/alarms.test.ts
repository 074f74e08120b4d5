import { describe, expect, test } from 'vitest';
import { tellingAlarms } from '../../infra/dashboard/failing.ts';
import { checkDashboardBody } from '../../infra/local/cloudwatch/dashboard-body.ts';
import { ofType, type Properties, raw, resolved, resources } from './template.ts';

const TYPES = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

/** Alarms that are a part of another. Those that scale are in profiles of their own. */
const SILENT = ['TooFewTasksAlarm', 'WaitingJobsAlarm'];

const alarms = () => resources('dev').filter(({ type }) => TYPES.includes(type));
const metricAlarm = (logicalId: string) => raw('dev', logicalId);

/** Every metric that an alarm reads, as `namespace/name`, with its dimensions. */
function metricsOf(alarm: Properties): { readonly name: string; readonly dimensions: Record<string, unknown> }[] {
  const single = alarm.MetricName ? [{ MetricStat: { Metric: alarm } }] : [];
  return [...single, ...(alarm.Metrics ?? [])].flatMap(({ MetricStat }: Properties) =>
    MetricStat
      ? [
          {
            name: `${MetricStat.Metric.Namespace}/${MetricStat.Metric.MetricName}`,
            dimensions: Object.fromEntries(
              (MetricStat.Metric.Dimensions ?? []).map(({ Name, Value }: Properties) => [Name, Value]),
            ),
          },
        ]
      : [],
  );
}

/** Logical IDs of the alarms on a metric of a resource. */
const alarmsOn = (name: string, dimension: string, value: unknown) =>
  ofType('dev', 'AWS::CloudWatch::Alarm')
    .filter(({ properties }) =>
      metricsOf(properties).some(
        (metric) => metric.name === name && JSON.stringify(metric.dimensions[dimension]) === JSON.stringify(value),
      ),
    )
    .map(({ logicalId }) => logicalId);

const tells = (logicalId: string) => JSON.stringify(raw('dev', logicalId).AlarmActions) === '[{"Ref":"AlertTopic"}]';

describe('alarms', () => {
  test('tell the topic without a function of ours, but for those that are a part', () => {
    const silent = alarms().filter(({ logicalId }) => !tells(logicalId));
    expect(silent.map(({ logicalId }) => logicalId).toSorted()).toEqual(SILENT);
  });

  test('say what has happened, and what they make of missing data', () => {
    for (const { logicalId, type, properties } of alarms()) {
      expect(properties.AlarmDescription?.length, logicalId).toBeGreaterThan(20);
      if (type !== 'AWS::CloudWatch::Alarm') continue;
      // Only what is over another alarm may call silence a fault: an idle system is silent.
      expect(properties.TreatMissingData, logicalId).toBe(
        logicalId === 'TooFewTasksAlarm' ? 'breaching' : 'notBreaching',
      );
    }
  });

  test('stay within what CloudWatch evaluates: a day for periods below an hour', () => {
    for (const { logicalId, properties } of ofType('dev', 'AWS::CloudWatch::Alarm')) {
      const periods = [properties, ...(properties.Metrics ?? []).map(({ MetricStat }: Properties) => MetricStat ?? {})]
        .map(({ Period }) => Period)
        .filter((period) => period !== undefined);
      expect(new Set(periods).size, logicalId).toBe(1);
      expect(periods[0] * properties.EvaluationPeriods, logicalId).toBeLessThanOrEqual(86_400);
    }
  });
});

describe('each queue that takes what failed', () => {
  const sources = ['JobQueue', 'LaunchQueue'];
  const queues = () => ofType('dev', 'AWS::SQS::Queue').map(({ logicalId }) => logicalId);

  test('has an alarm that speaks at its first message', () => {
    const deadLetterQueues = queues().filter((queue) => !sources.includes(queue));
    expect(deadLetterQueues.length).toBeGreaterThanOrEqual(5);
    for (const queue of deadLetterQueues) {
      const [alarm = '', ...others] = alarmsOn('AWS/SQS/ApproximateNumberOfMessagesVisible', 'QueueName', {
        'Fn::GetAtt': [queue, 'QueueName'],
      });
      expect(others, queue).toEqual([]);
      expect(metricAlarm(alarm), queue).toMatchObject({
        Statistic: 'Maximum',
        Threshold: 1,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
      expect(tells(alarm)).toBe(true);
    }
  });

  test.each(sources)('and %s has one on half of its retention', (queue) => {
    const [alarm = ''] = alarmsOn('AWS/SQS/ApproximateAgeOfOldestMessage', 'QueueName', {
      'Fn::GetAtt': [queue, 'QueueName'],
    });
    expect(metricAlarm(alarm).Threshold).toBe(raw('dev', queue).MessageRetentionPeriod / 2);
  });
});

describe('jobs that wait', () => {
  test('are told of while fewer tasks run than are wanted, missing counts included', () => {
    expect(resolved('dev', 'IdleWorkersAlarm').AlarmRule).toBe(
      'ALARM("WaitingJobsAlarm") AND ALARM("TooFewTasksAlarm")',
    );
    const { Metrics, TreatMissingData, Threshold } = metricAlarm('TooFewTasksAlarm');
    expect({ TreatMissingData, Threshold }).toEqual({ TreatMissingData: 'breaching', Threshold: 0 });
    expect(Metrics.at(-1).Expression).toBe('IF(running < 1, 1, desired - running)');
  });

  test('and none that is finished is told of after twice its deadline', () => {
    const { JOB_DEADLINE_SECONDS } = Object.fromEntries(
      raw('dev', 'WorkerTaskDefinition').ContainerDefinitions[0].Environment.map(({ Name, Value }: Properties) => [
        Name,
        Value,
      ]),
    );
    const { Metrics, EvaluationPeriods } = metricAlarm('NoJobFinishesAlarm');
    expect(EvaluationPeriods).toBe(2);
    for (const { MetricStat } of Metrics.filter((query: Properties) => query.MetricStat)) {
      expect(MetricStat.Period).toBeGreaterThanOrEqual(Number(JOB_DEADLINE_SECONDS));
      expect(MetricStat.Period % 60).toBe(0);
    }
  });

  test('are told of before SQS stops handing out', () => {
    const [alarm = ''] = alarmsOn('AWS/SQS/ApproximateNumberOfMessagesNotVisible', 'QueueName', {
      'Fn::GetAtt': ['JobQueue', 'QueueName'],
    }).filter(tells);
    expect(metricAlarm(alarm).Threshold).toBeLessThan(120_000);
  });
});

test('each function has an alarm on its errors and one on its throttles', () => {
  for (const { logicalId } of ofType('dev', 'AWS::Lambda::Function')) {
    for (const metric of ['Errors', 'Throttles']) {
      expect(
        alarmsOn(`AWS/Lambda/${metric}`, 'FunctionName', { Ref: logicalId }),
        `${logicalId} ${metric}`,
      ).toHaveLength(1);
    }
  }
});

test('each rule and each schedule has an alarm on deliveries that fail', () => {
  for (const { logicalId } of ofType('dev', 'AWS::Events::Rule')) {
    expect(alarmsOn('AWS/Events/FailedInvocations', 'RuleName', { Ref: logicalId }), logicalId).toHaveLength(1);
  }
  for (const { properties } of ofType('dev', 'AWS::Scheduler::Schedule')) {
    expect(alarmsOn('AWS/Scheduler/TargetErrorCount', 'ScheduleGroup', properties.GroupName)).toHaveLength(1);
  }
});

describe('a deployment', () => {
  test('is taken back when its attempts fail, and not for bad uploads', () => {
    const { Alarms } = raw('dev', 'WorkerService').DeploymentConfiguration;
    expect(Alarms).toEqual({ AlarmNames: [{ Ref: 'FailingAttemptsAlarm' }], Enable: true, Rollback: true });
    const read = metricsOf(metricAlarm('FailingAttemptsAlarm')).map(({ name }) => name);
    expect(read).not.toContain('AWS/SQS/NumberOfMessagesSent');
  });

  test('counts the very line that the worker writes', async () => {
    const { FilterPattern } = raw('dev', 'FailedAttemptsFilter');
    const { readFile } = await import('node:fs/promises');
    const line = /message = "([^"]+)"/.exec(FilterPattern)?.[1] ?? '';
    expect(await readFile('worker/consume.ts', 'utf8')).toContain(`'${line}'`);
  });
});

describe('the dashboard', () => {
  const body = () => resolved('dev', 'Dashboard').DashboardBody as string;

  test('has a body that CloudWatch takes', () => {
    // Names as the tests resolve them: an alarm's ARN is all that is looked at.
    expect(() => checkDashboardBody(body())).not.toThrow();
  });

  test('shows every alarm that tells somebody', () => {
    const telling = alarms().filter(({ logicalId }) => tells(logicalId));
    expect(tellingAlarms({ scaling: 'latency' }).toSorted()).toEqual(
      telling.map(({ logicalId }) => logicalId).toSorted(),
    );
  });

  test('answers its three questions', () => {
    const { widgets } = JSON.parse(body());
    const headings = widgets.flatMap(({ type, properties }: Properties) =>
      type === 'text' ? [properties.markdown.split('\n')[0]] : [],
    );
    expect(headings).toEqual(['## Is it keeping up?', '## What fails?', '## What does it cost?']);
  });

  test('has no two widgets in one place', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of JSON.parse(body()).widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken.has(`${column}/${row}`)).toBe(false);
          taken.add(`${column}/${row}`);
        }
      }
    }
  });
});
