/** How the command `task` ends: what a stopped task tells the handler of its stop (the numbers are those of sysexits). */
export const EXIT = {
  /** The outcome `complete` or `gone` is recorded. */
  done: 0,
  /** EX_DATAERR: the outcome `failed` is recorded; trying again changes nothing. */
  badInput: 65,
  /** EX_UNAVAILABLE: S3, SQS or the file system failed, and nothing is recorded; the job is not to blame. */
  unavailable: 69,
  /** EX_OSERR: the processor ran out of memory and nothing is recorded; the next task needs more. */
  outOfMemory: 71,
  /** EX_TEMPFAIL: nothing is recorded; trying again may help. */
  temporary: 75,
} as const;
