import { AwsError, toAwsError } from '../../http/aws-error.ts';
import { type Call, readBody, type WireRequest, type WireResponse } from '../../http/wire.ts';
import { checkPayload } from '../payload.ts';
import type { LambdaContext } from './context.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const MAX_SYNC_BYTES = 6 * 1024 * 1024;
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAX_ASYNC_BYTES = 1024 * 1024;

/** Whether a request is Invoke, which is not JSON in and JSON out like the rest of the API: its bodies are payloads. */
export function isInvoke(request: WireRequest): boolean {
  return request.method === 'POST' && PATH.test(request.rawPath);
}

/** Invoke: RequestResponse, Event or DryRun, by the header X-Amz-Invocation-Type. */
export async function handleInvoke(context: LambdaContext, request: WireRequest, call: Call): Promise<WireResponse> {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': call.requestId };
  try {
    const answer = await invoke(context, request, call);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (thrown) {
    const error = toAwsError(thrown);
    return {
      status: error.status,
      headers: { ...headers, 'x-amzn-errortype': error.code },
      body: JSON.stringify({ Message: error.message, message: error.message, ...error.details }),
    };
  }
}

async function invoke(
  { registry, invocations, asyncInvocations }: LambdaContext,
  request: WireRequest,
  call: Call,
): Promise<WireResponse> {
  const FunctionName = decodeURIComponent(PATH.exec(request.rawPath)?.[1] ?? '');
  call.access?.demand('Invoke', { FunctionName });
  const definition = registry.get(FunctionName);
  const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
  const payload = await readPayload(request, type === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES);
  if (type === 'DryRun') return { status: 204 };
  if (type === 'Event') {
    const requestId = asyncInvocations.add(definition, payload);
    return { status: 202, headers: { 'x-amzn-requestid': requestId } };
  }
  if (type !== 'RequestResponse') {
    throw new AwsError(
      'InvalidParameterValueException',
      `InvocationType is RequestResponse, Event or DryRun, not ${type}.`,
    );
  }
  const result = await invocations.run(definition, call.requestId, payload);
  const wantsTail = request.headers['x-amz-log-type'] === 'Tail';
  return {
    status: 200,
    headers: {
      'x-amz-executed-version': '$LATEST',
      ...(result.functionError ? { 'x-amz-function-error': result.functionError } : {}),
      ...(wantsTail ? { 'x-amz-log-result': Buffer.from(result.logTail).toString('base64') } : {}),
    },
    body: result.payload,
  };
}

async function readPayload(request: WireRequest, maxBytes: number): Promise<string> {
  const body = await readBody(request);
  if (body.length > maxBytes) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `${body.length} byte payload is too large for an invocation (limit ${maxBytes} bytes)`,
      413,
    );
  }
  return checkPayload(body.toString('utf8'));
}
