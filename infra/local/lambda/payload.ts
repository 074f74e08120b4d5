import { AwsError } from '../http/aws-error.ts';

/** The payload of an invocation, `{}` when there is none. Throws InvalidRequestContentException when it is not JSON. */
export function checkPayload(text: string): string {
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
    error.cause = cause;
    throw error;
  }
}
