import type { FunctionAnswer } from './offline-invoker.ts';

/** An asynchronous invocation that is over. */
export interface FinishedInvocation {
  readonly requestId: string;
  /** Without a qualifier. */
  readonly functionArn: string;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** Runs of the function for this event. */
  readonly invokes: number;
  /** JSON text. */
  readonly payload: string;
  /** The last answer; absent when the function was never run. */
  readonly answer?: FunctionAnswer | undefined;
}

/**
 * What a destination is told of an asynchronous invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function destinationRecord(finished: FinishedInvocation, now: number): Record<string, unknown> {
  const { answer } = finished;
  const responseContext = answer && {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(answer.functionError ? { functionError: answer.functionError } : {}),
  };
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: finished.requestId,
      functionArn: `${finished.functionArn}:$LATEST`,
      condition: finished.condition,
      approximateInvokeCount: finished.invokes,
    },
    requestPayload: jsonOrText(finished.payload),
    ...(answer ? { responseContext, responsePayload: jsonOrText(answer.payload) } : {}),
  };
}

/** The attributes of a message in a function's dead-letter queue; its body is the event itself. */
export function deadLetterAttributes(finished: FinishedInvocation): Record<string, string> {
  const parsed = jsonOrText(finished.answer?.payload ?? '{}');
  const message =
    typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed ? String(parsed.errorMessage) : '';
  return {
    RequestID: finished.requestId,
    ErrorCode: finished.answer ? '200' : '429',
    ErrorMessage: (message || finished.condition).slice(0, 1024),
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
