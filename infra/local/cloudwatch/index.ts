import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { Deliver, PublishEvent, PutMetrics } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { alarmActions } from './alarm-actions.ts';
import type { AlarmDefinition, CompositeDefinition } from './alarm-definition.ts';
import { alarmStore, isMetricAlarm } from './alarm-store.ts';
import { alarmEvaluation } from './alarms.ts';
import { AT_ONCE, type Cadence } from './cadence.ts';
import { dashboardStore } from './dashboard-store.ts';
import { periodMsOf } from './metric-query.ts';
import { metricStore } from './metric-store.ts';
import type { CloudwatchContext } from './operations/context.ts';
import { deleteAlarms } from './operations/delete-alarms.ts';
import { describeAlarmHistory } from './operations/describe-alarm-history.ts';
import { describeAlarms } from './operations/describe-alarms.ts';
import { getDashboard } from './operations/get-dashboard.ts';
import { getMetricData } from './operations/get-metric-data.ts';
import { getMetricStatistics } from './operations/get-metric-statistics.ts';
import { listDashboards } from './operations/list-dashboards.ts';
import { listMetrics } from './operations/list-metrics.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { putMetricAlarm } from './operations/put-metric-alarm.ts';
import { putMetricData } from './operations/put-metric-data.ts';
import { setAlarmState } from './operations/set-alarm-state.ts';
import { alarmProvider } from './resources/alarm.ts';
import { compositeAlarmProvider } from './resources/composite-alarm.ts';
import { dashboardProvider } from './resources/dashboard.ts';
import { type MetricSource, STANDARD_RESOLUTION_MS, sampling } from './sampling.ts';
import { cloudwatchWire } from './wire.ts';

export interface CloudwatchOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly deliver: Deliver;
  readonly publishEvent: PublishEvent;
  /** At once when left out: a service wakes within seconds. This is the one place where the stand-in is knowingly faster. */
  readonly cadence?: Cadence | undefined;
  /** The moment of `clock` for one of the wall, by which callers stamp what they put; the same one when left out. */
  readonly momentOf?: ((wallTime: number) => number) | undefined;
  /** Told of every alarm that has changed its state. */
  readonly onAlarmChanged?: (name: string) => void;
  /** Told of a source, an alarm or an action that fails; the default writes to standard error. */
  readonly onError?: (message: string) => void;
}

export interface CloudwatchService extends LocalService {
  /** Adds a source of metrics: asked on every sampling for the present values of a service's metrics. */
  registerSource(source: MetricSource): void;
  /** Samples all sources now and evaluates all alarms. */
  sample(): void;
  readonly putMetrics: PutMetrics;
  /** Puts an alarm that a resource of the template owns. */
  putAlarm(definition: AlarmDefinition): { readonly arn: string };
  /** The state of an alarm, and what one evaluation looks back at; undefined when there is none of that name. */
  findAlarm(name: string): { readonly inAlarm: boolean; readonly windowMs: number } | undefined;
  /** The alarms that have an action in any state. */
  alarmsWithAction(
    actionArn: string,
  ): readonly { readonly name: string; readonly arn: string; readonly inAlarm: boolean }[];
}

/** CloudWatch: metrics, metric math, alarms with their actions, dashboards. */
export function cloudwatchService(options: CloudwatchOptions): CloudwatchService {
  const { database, clock, region, deliver, publishEvent } = options;
  const onError = options.onError ?? ((message: string) => console.error(message));
  const metrics = metricStore(database);
  const alarms = alarmStore(database, region);
  const dashboards = dashboardStore(database);
  const actions = alarmActions({ database, clock, alarms, deliver, onError });
  const cadence = options.cadence ?? AT_ONCE;
  const evaluation = alarmEvaluation({
    runningPeriodCounts: cadence.kind === 'at once',
    database,
    clock,
    region,
    metrics,
    alarms,
    actions,
    deliver,
    publishEvent,
    onChanged: options.onAlarmChanged ?? (() => {}),
    onError,
  });
  const sampler = sampling({
    clock,
    metrics,
    cadence,
    onDue: evaluation.evaluateAll,
    onError,
  });
  const momentOf = options.momentOf ?? ((wallTime: number) => wallTime);
  const context: CloudwatchContext = { clock, momentOf, region, metrics, alarms, evaluation, dashboards };
  const wantedAlarms = new Set<string>();

  function putAlarm(definition: AlarmDefinition | CompositeDefinition) {
    wantedAlarms.add(definition.name);
    return alarms.put(definition, 'template', clock.now());
  }

  return {
    wire: cloudwatchWire(context, [
      putMetricData,
      getMetricData,
      getMetricStatistics,
      listMetrics,
      describeAlarms,
      describeAlarmHistory,
      setAlarmState,
      putMetricAlarm,
      deleteAlarms,
      listTagsForResource,
      getDashboard,
      listDashboards,
    ]),
    providers: [alarmProvider(putAlarm), compositeAlarmProvider(putAlarm), dashboardProvider(dashboards, clock)],
    registerSource: sampler.registerSource,
    sample: sampler.sample,
    putMetrics(data) {
      const at = Math.floor(clock.now() / STANDARD_RESOLUTION_MS) * STANDARD_RESOLUTION_MS;
      metrics.together(() => {
        for (const { value, unit = 'None', ...metric } of data) {
          metrics.add(metric, { at, sum: value, count: 1, minimum: value, maximum: value, unit });
        }
      });
    },
    putAlarm,
    findAlarm(name) {
      const alarm = alarms.list().find(({ definition }) => definition.name === name);
      if (!alarm) return undefined;
      const windowMs = isMetricAlarm(alarm)
        ? alarm.definition.evaluationPeriods * periodMsOf(alarm.definition.queries)
        : 0;
      return { inAlarm: alarm.status.value === 'ALARM', windowMs };
    },
    alarmsWithAction: (actionArn) =>
      alarms
        .list()
        .filter(({ definition }) => Object.values(definition.actions).some((targets) => targets.includes(actionArn)))
        .map(({ definition, arn, status }) => ({ name: definition.name, arn, inAlarm: status.value === 'ALARM' })),
    start() {
      // The run before may have been on a clock that ran ahead of this one.
      metrics.forgetAfter(clock.now());
      alarms.forgetAfter(clock.now());
      for (const { definition, owner } of alarms.list()) {
        // An alarm that the template no longer has would go on scaling.
        if (owner === 'template' && !wantedAlarms.has(definition.name)) alarms.remove(definition.name);
      }
      actions.start();
      sampler.start();
    },
    async stop() {
      sampler.stop();
      await actions.stop();
    },
  };
}
