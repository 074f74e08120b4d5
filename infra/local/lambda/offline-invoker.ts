import { Agent, type IncomingMessage, request } from 'node:http';
import { AwsError } from '../http/aws-error.ts';

/** What a function's code gave back. */
export interface FunctionAnswer {
  /** JSON text. */
  readonly payload: string;
  /** `Unhandled` when the function threw or ran out of time; the payload then tells the error. */
  readonly functionError?: string;
}

/** Runs a function's code once. Rejects when the code could not be run at all. */
export type InvokeFunction = (functionName: string, payload: string, signal: AbortSignal) => Promise<FunctionAnswer>;

const TIMED_OUT = '[504] - Lambda timeout.';

/**
 * Invokes functions through serverless-offline's Lambda API at `baseUrl`. That API answers 200 with the header
 * X-Amz-Function-Error for a function that throws, and 404 for a function that it does not have.
 */
export function offlineInvoker(baseUrl: string): InvokeFunction {
  const agent = new Agent({ keepAlive: true });
  return async function invokeOffline(functionName, payload, signal) {
    const url = new URL(`/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`, baseUrl);
    // node:http rather than fetch, which gives up on an answer after five minutes: functions may take fifteen.
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(
        url,
        { method: 'POST', agent, signal, headers: { 'content-type': 'application/json' } },
        resolve,
      );
      call.on('error', reject);
      call.end(payload);
    });
    const body = await textOf(response);
    const status = response.statusCode ?? 0;
    if (status === 404) throw new AwsError('ResourceNotFoundException', `Function not found: ${functionName}`, 404);
    if (status >= 300) throw new AwsError('ServiceException', `serverless-offline answered ${status}: ${body}`, 500);
    const functionError = response.headers['x-amz-function-error'];
    if (functionError === undefined) return { payload: jsonOf(body) };
    return { payload: errorOf(body), functionError: String(functionError) };
  };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Lambda answers `null` where a function returns nothing; a text comes in quotes that serverless-offline has not escaped. */
function jsonOf(body: string): string {
  if (body === '') return 'null';
  if (!body.startsWith('"') || isJson(body)) return body;
  return JSON.stringify(body.slice(1, -1));
}

/** A time-out in Lambda's words. */
function errorOf(body: string): string {
  if (!isJson(body) || JSON.parse(body)?.errorMessage !== TIMED_OUT) return body;
  return JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'Error: Task timed out' });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
