import type { Operation } from '../service.ts';
import { type AwsError, notImplemented, toAwsError } from './aws-error.ts';
import { type Call, readJson, type WireRequest, type WireResponse } from './wire.ts';

/** AWS JSON 1.0 and 1.1: the operation's name stands in `X-Amz-Target: PREFIX.Operation`, input and output are JSON. */
export interface JsonProtocol<Store> {
  readonly service: string;
  readonly targetPrefix: string;
  readonly version: '1.0' | '1.1';
  readonly store: Store;
  readonly operations: readonly Operation<Store>[];
  /** Extra headers of an error, such as SQS's `x-amzn-query-error`. */
  errorHeaders?(error: AwsError): Record<string, string>;
}

export function speaksJson(request: WireRequest): boolean {
  return request.headers['x-amz-target'] !== undefined;
}

export function jsonHandler<Store>(protocol: JsonProtocol<Store>) {
  const byName = new Map(protocol.operations.map((operation) => [operation.name, operation]));
  const contentType = `application/x-amz-json-${protocol.version}`;

  return async function handleJson(request: WireRequest, call: Call): Promise<WireResponse> {
    const headers = { 'content-type': contentType, 'x-amzn-requestid': call.requestId };
    try {
      const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const operation = byName.get(name);
      if (!operation) throw notImplemented(`Operation ${protocol.service}:${name}`);
      const input = await readJson(request);
      call.access?.demand(name, input as object);
      const output = await operation.run(protocol.store, input, call);
      return { status: 200, headers, body: JSON.stringify(output) };
    } catch (thrown) {
      const error = toAwsError(thrown);
      const body = { __type: error.code, message: error.message, ...error.details };
      return {
        status: error.status,
        headers: { ...headers, 'x-amzn-errortype': error.code, ...protocol.errorHeaders?.(error) },
        body: JSON.stringify(body),
      };
    }
  };
}
