import { queue, service } from './rows.ts';
import { chart, text, type Widget } from './widgets.ts';

/** Half of what both queues keep a message for, seconds: where OldJobsAlarm stands. */
const OLD_SECONDS = 172_800;

/** Is it keeping up? */
export function keepingUp(): Widget[] {
  const VISIBLE = 'ApproximateNumberOfMessagesVisible';
  const HIDDEN = 'ApproximateNumberOfMessagesNotVisible';
  const AGE = 'ApproximateAgeOfOldestMessage';
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
      ],
      { unit: 'tasks' },
    ),
    chart(
      'Longest wait',
      [queue('JobQueue', AGE, { label: 'jobs' }), queue('LaunchQueue', AGE, { label: 'launches' })],
      { unit: 'seconds', width: 24, height: 5, line: ['half of what the queue keeps', OLD_SECONDS] },
    ),
  ];
}
