import { AwsError } from '../http/aws-error.ts';

/** Why a target did not take a delivery. */
export interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  /** False where trying again cannot help: a missing permission, a target that does not exist, a refused parameter. */
  readonly retryable: boolean;
}

/** What a rejected delivery means for its retries. An error that is not AWS's own counts as a fault of the target. */
export function describeFailure(error: unknown): DeliveryFailure {
  if (!(error instanceof AwsError)) {
    return {
      code: 'InternalFailure',
      message: error instanceof Error ? error.message : String(error),
      retryable: true,
    };
  }
  const throttled = /throttl|toomanyrequests|limitexceeded|slowdown/i.test(error.code);
  const faulty = error.status >= 500 && error.code !== 'NotImplemented';
  return { code: error.code, message: error.message, retryable: throttled || faulty };
}
