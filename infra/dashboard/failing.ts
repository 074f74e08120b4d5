import { functionsOf, hasResponder, hasScaler, lambda, type Parts, queue } from './rows.ts';
import { alarms, chart, logTable, metric, named, text, type Widget } from './widgets.ts';

const ALARMS = [
  'IdleWorkersAlarm',
  'NoJobFinishesAlarm',
  'FailingAttemptsAlarm',
  'FailingJobsAlarm',
  'OldJobsAlarm',
  'OldLaunchesAlarm',
  'InFlightAlarm',
  'JobDeadLettersAlarm',
  'LaunchDeadLettersAlarm',
  'UndeliveredEventsAlarm',
  'FailedFunctionsAlarm',
  'UndeliveredAlertsAlarm',
  'SmallObjectDeliveriesAlarm',
  'LargeObjectDeliveriesAlarm',
  'StoppedTaskDeliveriesAlarm',
  'ScheduleErrorsAlarm',
  'OnObjectCreatedErrorsAlarm',
  'OnScheduleErrorsAlarm',
  'OnTaskStoppedErrorsAlarm',
  'OnObjectCreatedThrottlesAlarm',
  'OnScheduleThrottlesAlarm',
  'OnTaskStoppedThrottlesAlarm',
] as const;

const SCALER_ALARMS = [
  'SilentScalerAlarm',
  'WakeDeliveriesAlarm',
  'ScaleScheduleErrorsAlarm',
  'ScaleServiceErrorsAlarm',
  'ScaleServiceThrottlesAlarm',
] as const;

const RESPONDER_ALARMS = ['OnJobQueuedErrorsAlarm', 'OnJobQueuedThrottlesAlarm'] as const;

/** Logical IDs of the alarms that tell somebody. */
export function tellingAlarms(parts: Parts): readonly string[] {
  return [...ALARMS, ...(hasScaler(parts) ? SCALER_ALARMS : []), ...(hasResponder(parts) ? RESPONDER_ALARMS : [])];
}

const DEAD_LETTER_QUEUES = {
  JobDeadLetterQueue: 'jobs of the service',
  LaunchDeadLetterQueue: 'jobs with a task of their own',
  EventsDeadLetterQueue: 'events',
  FunctionsFailureQueue: 'function calls',
  AlertDeadLetterQueue: 'alerts',
} as const;

const RULES = ['SmallObjectRule', 'LargeObjectRule', 'TaskStoppedRule'] as const;
const SCHEDULES = { SweepScheduleGroup: 'sweep', ScaleScheduleGroup: 'scaling' } as const;

/** What fails? */
export function failing(parts: Parts): Widget[] {
  const scaler = hasScaler(parts);
  const DEPTH = 'ApproximateNumberOfMessagesVisible';
  const settledByReason =
    'filter message = "job settled" and status = "failed" | stats count(*) as jobs, latest(key) as newest by reason | sort jobs desc';
  return [
    text('## What fails?\nAn alarm that is red has told the subscribers of the alert topic.', 2),
    alarms('Alarms', tellingAlarms(parts), { width: 24, height: 5 }),
    chart(
      'Dead letters',
      Object.entries(DEAD_LETTER_QUEUES).map(([id, label]) => queue(id, DEPTH, { label })),
      { stacked: true, unit: 'messages' },
    ),
    chart(
      'Failed jobs and attempts',
      [
        queue('JobDeadLetterQueue', 'NumberOfMessagesSent', { label: 'jobs of the service', stat: 'Sum' }),
        queue('LaunchDeadLetterQueue', 'NumberOfMessagesSent', { label: 'jobs with a task', stat: 'Sum' }),
        metric(`Slipway/${named('AWS::StackName')}`, 'FailedAttempts', {}, { label: 'attempts', stat: 'Sum' }),
      ],
      { period: 300 },
    ),
    logTable('Failed jobs by reason', named('WorkerLogGroup'), settledByReason, { width: 8, height: 6 }),
    chart(
      'Functions',
      functionsOf(parts).flatMap((name) => [
        lambda('Errors', name, { label: `${name} errors`, stat: 'Sum' }),
        lambda('Throttles', name, { label: `${name} throttled`, stat: 'Sum' }),
      ]),
      { period: 300, width: 12 },
    ),
    chart(
      'Deliveries that failed for good',
      [
        ...[...RULES, ...(scaler ? ['WakeRule'] : [])].map((rule) =>
          metric('AWS/Events', 'FailedInvocations', { RuleName: named(rule) }, { label: rule, stat: 'Sum' }),
        ),
        ...Object.entries(SCHEDULES)
          .filter(([group]) => scaler || group !== 'ScaleScheduleGroup')
          .map(([group, of]) =>
            metric(
              'AWS/Scheduler',
              'TargetErrorCount',
              { ScheduleGroup: named(group) },
              { label: `schedule of ${of} (each try)`, stat: 'Sum' },
            ),
          ),
      ],
      { period: 300, width: 12 },
    ),
  ];
}
