/** What the commands know of a stack: CloudFormation's status, or nothing when there is none (any more). */
export type StackStatus = string | undefined;

/** What to do before the work itself can begin. */
export type Preparation =
  /** Nothing stands in the way. */
  | { readonly step: 'go' }
  /** Somebody else's operation runs: look again when it is over. */
  | { readonly step: 'wait'; readonly why: string }
  /** What is left of a stack that never came to life; it can only be deleted. */
  | { readonly step: 'delete'; readonly why: string }
  /** An update that could not be taken back as a whole: ask CloudFormation to go on with that. */
  | { readonly step: 'continue-rollback'; readonly why: string }
  /** Nothing that a program should decide. */
  | { readonly step: 'refuse'; readonly why: string };

/** Statuses in which a change set can be executed (AWS CloudFormation User Guide, "Stack status codes"). */
const SETTLED = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** Statuses of a stack that was never whole, or is no longer: CloudFormation takes nothing but a deletion. */
const DEAD: Readonly<Record<string, string>> = {
  CREATE_FAILED: 'its creation failed',
  ROLLBACK_COMPLETE: 'its creation failed and was taken back',
  ROLLBACK_FAILED: 'its creation failed and could not be taken back',
  DELETE_FAILED: 'its deletion stopped half-way',
  REVIEW_IN_PROGRESS: 'it was announced and never created',
};

/** The next step on the way to a deployment. Pure: the whole of "safe to repeat" is in this table. */
export function beforeDeploying(status: StackStatus): Preparation {
  if (status === undefined || status === 'DELETE_COMPLETE' || SETTLED.includes(status)) return { step: 'go' };
  const dead = DEAD[status];
  if (dead !== undefined) return { step: 'delete', why: dead };
  if (status === 'UPDATE_ROLLBACK_FAILED' || status === 'IMPORT_ROLLBACK_FAILED') {
    return status === 'UPDATE_ROLLBACK_FAILED'
      ? { step: 'continue-rollback', why: 'its last update failed and could not be taken back' }
      : { step: 'refuse', why: 'an import failed and could not be taken back: that has to be solved by who imported' };
  }
  if (status.endsWith('_IN_PROGRESS')) return { step: 'wait', why: `it is in ${status}` };
  return { step: 'refuse', why: `it is in ${status}, which this version does not know` };
}

/** The next step on the way to a removal; `go` is: delete it. A stack that is gone needs none, which the caller sees itself. */
export function beforeRemoving(status: StackStatus): Preparation {
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') return { step: 'go' };
  // A deletion that runs is the one that is wanted, whoever started it: it is waited for like any other operation.
  if (status.endsWith('_IN_PROGRESS')) return { step: 'wait', why: `it is in ${status}` };
  return { step: 'go' };
}
