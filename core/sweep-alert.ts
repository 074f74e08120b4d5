import { type Alert, printable, subjectOf } from './alert-text.ts';
import type { SweepReport } from './sweep-report.ts';

/**
 * The e-mail on objects whose messages were lost: the system is whole again, but something upstream is not. What a
 * backlog explains, and what a killed worker left undone, is nobody's concern and no e-mail.
 */
export function sweepHealedAlert(report: SweepReport, stage: string, reportKey: string): Alert {
  const objects = report.lost === 1 ? 'an object that was' : `${report.lost} objects that were`;
  const headline = `The sweep put back ${objects} lost on the way`;
  const { service, task } = report.requeued;
  const body = [
    `${headline}.`,
    '',
    'Why:',
    '  They have no outcome, and their queue was empty: an event never came, or a message was deleted or expired.',
    '  Look at the dead-letter queue of events, and whether somebody purged a queue or stopped a task by hand.',
    '',
    'What Slipway does now:',
    `  It has put ${service} into the job queue and ${task} into the launch queue. Nothing has to be done for them.`,
    '',
    'Keys, the first of them:',
    ...report.sample.map((key) => `  ${printable(key)}`),
    '',
    'Report:',
    `  ${reportKey} in the results bucket`,
    '',
  ];
  return { subject: subjectOf(stage, headline), body: body.join('\n') };
}
