import { AwsError } from '../http/aws-error.ts';

/**
 * Errors of the model, with the code that the older Query protocol has for each. JSON answers carry both: the name in
 * `__type`, the code in `x-amzn-query-error`.
 */
const QUERY_CODES = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidAttributeName: 'InvalidAttributeName',
  InvalidAttributeValue: 'InvalidAttributeValue',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  InvalidMessageContents: 'InvalidMessageContents',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  OverLimit: 'OverLimit',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  ReceiptHandleIsInvalid: 'ReceiptHandleIsInvalid',
  ResourceNotFoundException: 'ResourceNotFoundException',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
} as const;

/** An error that SQS's model names. */
export function sqsError(name: keyof typeof QUERY_CODES, message: string): AwsError {
  return new AwsError(QUERY_CODES[name], message, 400, { __type: `com.amazonaws.sqs#${name}` });
}

/** A parameter whose value breaks a rule; SQS's model has no name for it. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message, 400, {
    __type: 'com.amazon.coral.service#InvalidParameterValueException',
  });
}

/** A parameter that must be there and is not. */
export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`, 400, {
    __type: 'com.amazon.coral.service#MissingRequiredParameterException',
  });
}

/** Extra headers of a JSON error: with `x-amzn-query-error` clients show the Query protocol's code. */
export function sqsErrorHeaders(error: AwsError): Record<string, string> {
  const type = typeof error.details.__type === 'string' ? error.details.__type : error.code;
  return {
    'x-amzn-query-error': `${error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}`,
    'x-amzn-errortype': type,
  };
}
