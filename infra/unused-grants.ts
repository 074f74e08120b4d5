/** Why a grant is there that no test uses. */
export interface UnusedGrant {
  readonly reason: string;
  /** Set where it depends on timing whether a run uses it; then being used is no fault of the list. */
  readonly dependsOnTiming?: true;
}

/**
 * Grants of the template that no call of the tests uses, each with the reason why it is there all the same. `npm run iam`
 * fails on a grant that is neither used nor listed, and on an entry that is no longer true.
 */
export const UNUSED_GRANTS: Readonly<Record<string, UnusedGrant>> = {
  'OnScheduleRole sqs:SendMessage FunctionsFailureQueue': {
    reason: 'Lambda sets a tick aside after three failures, which take three minutes',
  },
  'OnTaskStoppedRole sqs:SendMessage FunctionsFailureQueue': {
    reason: 'Lambda sets a stop aside after three failures, which take three minutes',
    dependsOnTiming: true,
  },
  'SweepScheduleRole sqs:SendMessage FunctionsFailureQueue': {
    reason: 'the Scheduler sets a tick aside that Lambda never took; here Lambda takes all',
  },
  'SweepTaskRole ecs:StopTask task/Cluster/*': {
    reason: 'stops a task that runs half an hour longer than its job may take',
  },
  'SweepTaskRole s3:ListBucket InboxBucket': {
    reason: 'makes a version that goes during the sweep missing rather than forbidden',
    dependsOnTiming: true,
  },
  'sns.amazonaws.com sqs:SendMessage AlertDeadLetterQueue': {
    reason: 'takes an alert that cannot be delivered; here every e-mail is',
  },
};
