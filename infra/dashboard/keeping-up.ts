import { hasResponder, lambda, type Parts, queue, service } from './rows.ts';
import { chart, metric, named, text, type Widget } from './widgets.ts';

/** Half of what both queues keep a message for, seconds: where OldJobsAlarm stands. */
const OLD_SECONDS = 172_800;

/** Is it keeping up? */
export function keepingUp(parts: Parts): Widget[] {
  const VISIBLE = 'ApproximateNumberOfMessagesVisible';
  const HIDDEN = 'ApproximateNumberOfMessagesNotVisible';
  const AGE = 'ApproximateAgeOfOldestMessage';
  const learns = parts.scaling === 'latency';
  return [
    text('## Is it keeping up?\nJobs should arrive no faster than they end, and none should wait for long.', 2),
    chart(
      'Jobs in the queues',
      [
        queue('JobQueue', VISIBLE, { label: 'waiting' }),
        queue('JobQueue', HIDDEN, { label: 'at work' }),
        queue('LaunchQueue', VISIBLE, { label: 'launches waiting' }),
      ],
      { stacked: true, unit: 'jobs' },
    ),
    chart(
      'Arriving and ending, a minute',
      [
        queue('JobQueue', 'NumberOfMessagesSent', { label: 'arrived', stat: 'Sum' }),
        queue('JobQueue', 'NumberOfMessagesDeleted', { label: 'ended', stat: 'Sum' }),
        queue('LaunchQueue', 'NumberOfMessagesDeleted', { label: 'launched', stat: 'Sum' }),
      ],
      { unit: 'jobs' },
    ),
    chart(
      'Tasks of the service',
      [
        service('DesiredTaskCount', { label: 'wanted' }),
        service('RunningTaskCount', { label: 'running' }),
        service('PendingTaskCount', { label: 'starting' }),
        ...(hasResponder(parts) ? [lambda('ConcurrentExecutions', 'OnJobQueued', { label: 'first responder' })] : []),
      ],
      { unit: 'tasks' },
    ),
    chart(
      'Longest wait',
      [queue('JobQueue', AGE, { label: 'jobs' }), queue('LaunchQueue', AGE, { label: 'launches' })],
      { unit: 'seconds', width: learns ? 16 : 24, height: 5, line: ['half of what the queue keeps', OLD_SECONDS] },
    ),
    ...(learns ? [learntRate()] : []),
  ];
}

/** What scaleService has learnt from the workers. */
function learntRate(): Widget {
  const namespace = `Slipway/${named('AWS::StackName')}`;
  return chart(
    'What a task does, as scaling knows it',
    [metric(namespace, 'JobsPerSecond', {}, { label: 'one task' })],
    { unit: 'jobs a second', width: 8, height: 5 },
  );
}
