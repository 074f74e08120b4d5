/** What is known of an error that an AWS client threw. */
export interface AwsFault {
  /** AWS's error code: `NoSuchKey`; empty for an error that is none of AWS's. */
  readonly code: string;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
}

/** Reads the code and the status of an SDK error, whatever class it has. */
export function awsFault(error: unknown): AwsFault {
  if (!(error instanceof Error)) return { code: '', status: undefined };
  const { name, Code, $metadata } = error as Error & { Code?: unknown; $metadata?: { httpStatusCode?: number } };
  return { code: typeof Code === 'string' ? Code : name, status: $metadata?.httpStatusCode };
}

/** The object does not exist: nor its version, nor anything but a delete marker in its place (405). */
export function isMissing(error: unknown): boolean {
  const { code, status } = awsFault(error);
  return status === 404 ? code !== 'NoSuchBucket' : status === 405;
}

/** A conditional request found another state than it named. */
export function isPreconditionFailed(error: unknown): boolean {
  return awsFault(error).status === 412;
}

/** Two conditional writes met (S3 answers 409 `ConditionalRequestConflict`): the same request may be sent again. */
export function isConditionalConflict(error: unknown): boolean {
  return awsFault(error).status === 409;
}
