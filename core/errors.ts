/** Every error that Slipway throws on purpose. The message says what happened, what came and what was expected. */
export class SlipwayError extends Error {
  /** Kebab-case, stable: for programs and for the outcome record. */
  readonly code: string;
  /** Whether the same work may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/**
 * Thrown by a processor: the object can never be processed. The job ends as `failed` with `reason` (kebab-case, at most
 * 64 characters) and this message; any other error that a processor throws is retried.
 */
export class PermanentError extends SlipwayError {
  constructor(reason: string, message: string, options: { cause?: unknown } = {}) {
    super(reason, message, { retryable: false, ...options });
  }
}
