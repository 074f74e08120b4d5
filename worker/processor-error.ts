import { SlipwayError } from '../core/errors.ts';

/** An attempt that the processor failed: it counts against the job, which may try again. */
export class ProcessorError extends SlipwayError {
  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(code, message, { retryable: true, ...options });
  }
}
