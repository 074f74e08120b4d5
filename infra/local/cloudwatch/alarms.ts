import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { transaction } from '../database.ts';
import type { Deliver, PublishEvent } from '../ports.ts';
import type { AlarmActions } from './alarm-actions.ts';
import { scalesService } from './alarm-actions.ts';
import {
  notification,
  offsetTime,
  reasonData,
  scalingMessage,
  stateChangeEvent,
  type Transition,
} from './alarm-messages.ts';
import { alarmPoints } from './alarm-points.ts';
import { type Decision, decideState, type Point } from './alarm-state.ts';
import {
  type Alarm,
  type AlarmStatus,
  type AlarmStore,
  type CompositeAlarm,
  isComposite,
  isMetricAlarm,
  type MetricAlarm,
} from './alarm-store.ts';
import { alarmsIn, holds, parseRule } from './composite-rule.ts';
import { periodMsOf } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';
import { type DueAlarms, STANDARD_RESOLUTION_MS } from './sampling.ts';

export interface AlarmsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly alarms: AlarmStore;
  readonly actions: AlarmActions;
  readonly deliver: Deliver;
  readonly publishEvent: PublishEvent;
  /** Told once the change is stored. */
  readonly onChanged: (name: string) => void;
  readonly onError: (message: string) => void;
  /** Whether a period counts before it is over. */
  readonly runningPeriodCounts: boolean;
}

export interface AlarmEvaluation {
  /** Decides every alarm anew, or those on periods shorter than a minute, and acts on what changed. */
  evaluateAll(due?: DueAlarms): void;
  /** Moves one alarm to a state and acts on it, whatever its metric says. */
  setState(name: string, status: Omit<AlarmStatus, 'at'>): void;
}

/** Evaluates alarms, and acts on their changes: history, event and actions are stored in one step. */
export function alarmEvaluation(options: AlarmsOptions): AlarmEvaluation {
  const { clock, alarms, actions, region } = options;
  /** When each alarm's scaling actions ran last; a restart may run them early, which their cooldown absorbs. */
  const scaledAt = new Map<string, number>();

  function evaluate(alarm: Alarm): void {
    if (isComposite(alarm)) evaluateRule(alarm);
    else if (isMetricAlarm(alarm)) evaluateMetric(alarm);
  }

  function evaluateRule(alarm: CompositeAlarm): void {
    const rule = parseRule(alarm.definition.rule);
    const children = alarmsIn(rule).map((name) => alarms.get(name));
    const value = holds(rule, (name) => alarms.get(name).status.value) ? 'ALARM' : 'OK';
    if (value === alarm.status.value) return;
    change(alarm, { ...compositeStatus(value, children), at: clock.now() }, []);
  }

  function pointsOf({ definition }: MetricAlarm, now: number): Point[] {
    return alarmPoints(options.metrics, definition, { now, runningPeriodCounts: options.runningPeriodCounts });
  }

  function evaluateMetric(alarm: MetricAlarm): void {
    const now = clock.now();
    const decision = decideState(alarm.definition, pointsOf(alarm, now));
    if (decision && decision.state !== alarm.status.value) {
      const status = { value: decision.state, reason: decision.reason, reasonData: reasonData(alarm, decision, now) };
      change(alarm, { ...status, at: now }, valuesOf(decision));
      return;
    }
    const dueAt = (scaledAt.get(alarm.definition.name) ?? 0) + periodMsOf(alarm.definition.queries);
    if (decision && now >= dueAt) scaleAgain(alarm, valuesOf(decision), now);
  }

  function change(alarm: Alarm, to: AlarmStatus, datapoints: readonly number[]): void {
    const transition: Transition = { alarm, from: alarm.status, to };
    transaction(options.database, () => {
      alarms.setStatus(alarm.definition.name, to);
      alarms.addHistory(historyOf(transition));
      options.publishEvent(stateChangeEvent(transition));
      for (const target of actionsIn(alarm, to)) {
        const payload =
          scalesService(target) && isMetricAlarm(alarm)
            ? scalingMessage(alarm, to.value, datapoints)
            : notification(transition, region);
        actions.add(alarm, target, payload);
      }
    });
    scaledAt.set(alarm.definition.name, to.at);
    options.onChanged(alarm.definition.name);
  }

  // Scaling actions alone run again while the state lasts. The next period brings the next try, so nothing is stored.
  function scaleAgain(alarm: MetricAlarm, datapoints: readonly number[], now: number): void {
    const targets = actionsIn(alarm, alarm.status).filter(scalesService);
    if (targets.length === 0) return;
    scaledAt.set(alarm.definition.name, now);
    const payload = scalingMessage(alarm, alarm.status.value, datapoints);
    for (const target of targets) {
      options
        .deliver({ arn: target, sourceArn: alarm.arn }, payload)
        .catch((error: unknown) => options.onError(`Alarm ${alarm.definition.name} could not scale: ${String(error)}`));
    }
  }

  function newestValues(alarm: MetricAlarm, now: number): number[] {
    const values = pointsOf(alarm, now).flatMap((point) => point.value ?? []);
    return values.slice(0, alarm.definition.evaluationPeriods);
  }

  return {
    evaluateAll(due = 'all') {
      // Composite alarms last: they look at the states of the others.
      for (const alarm of alarms.list().toSorted((a, b) => Number(isComposite(a)) - Number(isComposite(b)))) {
        if (due === 'fast' && !isFast(alarm)) continue;
        try {
          evaluate(alarm);
        } catch (error) {
          options.onError(`Alarm ${alarm.definition.name} could not be evaluated: ${String(error)}`);
        }
      }
    },
    setState(name, status) {
      const alarm = alarms.get(name);
      if (alarm.status.value === status.value) return;
      const now = clock.now();
      change(alarm, { ...status, at: now }, isMetricAlarm(alarm) ? newestValues(alarm, now) : []);
    },
  };
}

/** Composite alarms follow at once, whatever has changed. */
function isFast(alarm: Alarm): boolean {
  return !isMetricAlarm(alarm) || periodMsOf(alarm.definition.queries) < STANDARD_RESOLUTION_MS;
}

function actionsIn(alarm: Alarm, status: AlarmStatus): readonly string[] {
  return alarm.definition.actionsEnabled ? alarm.definition.actions[status.value] : [];
}

/** The state of a composite alarm, and which of its alarms are the reason. */
function compositeStatus(value: 'ALARM' | 'OK', children: readonly Alarm[]): Omit<AlarmStatus, 'at'> {
  const newest = children.toSorted((a, b) => b.status.at - a.status.at)[0];
  const because = newest
    ? `${newest.arn} transitioned to ${newest.status.value} at ${new Date(newest.status.at).toUTCString()}`
    : 'its rule names no alarm';
  const triggeringAlarms = children.map(({ arn, status }) => ({
    arn,
    state: { value: status.value, timestamp: offsetTime(status.at) },
  }));
  return { value, reason: because, reasonData: JSON.stringify({ triggeringAlarms }) };
}

function valuesOf(decision: Decision): number[] {
  return decision.datapoints.map((point) => point.value);
}

function historyOf({ alarm, from, to }: Transition) {
  const state = (status: AlarmStatus) => ({
    stateValue: status.value,
    stateReason: status.reason,
    ...(status.reasonData === undefined ? {} : { stateReasonData: JSON.parse(status.reasonData) }),
  });
  return {
    alarm: alarm.definition.name,
    at: to.at,
    type: 'StateUpdate',
    summary: `Alarm updated from ${from.value} to ${to.value}`,
    data: JSON.stringify({ version: '1.0', oldState: state(from), newState: state(to) }),
  } as const;
}
