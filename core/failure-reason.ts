/** Why a job can end as `failed`, and what a person is told. A processor may add reasons of its own (PermanentError). */
export const FAILURE_REASONS = {
  'malformed-message': 'The message is not an object event that Slipway understands.',
  'zero-bytes': 'The object is empty.',
  'too-large': 'The object is larger than this deployment accepts.',
  'unsupported-type': 'No processor accepts content of this type.',
  corrupt: 'The content is damaged or cut off.',
  'too-many-pixels': 'The picture has more pixels than this deployment decodes.',
  'output-too-large': 'An output is larger than S3 takes in one put (5 GiB).',
  'access-denied': 'The object may not be read with the rights of the task.',
  archived: 'The object is in an archive storage class and has to be restored first.',
  deadline: 'The work took longer than a job may take.',
  'attempts-exhausted': 'Every attempt that a job may have has failed.',
  'killed-worker': 'The job made its worker run out of memory while it was the only work.',
  'out-of-memory': 'The task ran out of memory, also with more memory.',
  'launch-refused': 'ECS refused to start the task for a reason that waiting does not mend.',
  'task-start-failed': 'The task could not start for a reason that waiting does not mend.',
} as const;

export type FailureReason = keyof typeof FAILURE_REASONS;
