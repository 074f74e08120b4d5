/** An error in AWS's own words: `code` is AWS's error code, `status` the HTTP status that AWS answers with it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members of the error's body beside the message, for example `resourceIds` of an ECS ConflictException. */
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The answer to an operation, or a part of one, that the stand-in does not have. It names what was asked for. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `${what} is not implemented by the local stand-in.`, 501);
}

/** What is thrown by accident becomes AWS's InternalFailure; the message stays readable, the stack stays in the log. */
export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `The local stand-in failed: ${message}`, 500);
}
