import { createGunzip } from 'node:zlib';
import { AwsError, toAwsError } from '../http/aws-error.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import { queryHandler, speaksQuery } from '../http/query-protocol.ts';
import type { WireRequest, WireService } from '../http/wire.ts';
import type { Operation } from '../service.ts';

/** Names that the Query protocol has for errors whose JSON name differs. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  ValidationException: 'ValidationError',
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
  DashboardNotFoundError: 'ResourceNotFound',
  InternalFailure: 'InternalServiceError',
};

/** CloudWatch over JSON 1.0, which today's SDKs and aws CLI speak, and over Query, which older ones do. */
export function cloudwatchWire<Store>(store: Store, operations: readonly Operation<Store>[]): WireService {
  const json = jsonHandler({
    service: 'monitoring',
    targetPrefix: 'GraniteServiceVersion20100801',
    version: '1.0',
    store,
    operations: operations.map(
      (operation): Operation<Store> => ({
        name: operation.name,
        run: async (given, input, call) => epochSeconds(await operation.run(given, input, call)) as object,
      }),
    ),
    errorHeaders: (error) => ({ 'x-amzn-query-error': `${queryCode(error)};${fault(error)}` }),
  });
  const query = queryHandler({
    service: 'monitoring',
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    store,
    operations: operations.map(
      (operation): Operation<Store> => ({
        name: operation.name,
        async run(given, input, call) {
          try {
            return await operation.run(given, input, call);
          } catch (thrown) {
            const error = toAwsError(thrown);
            throw new AwsError(queryCode(error), error.message, error.status, error.details);
          }
        },
      }),
    ),
  });
  return {
    signingNames: ['monitoring'],
    handle: (request, call) => (speaksQuery(request) ? query : json)(unzipped(namedInJson(request)), call),
  };
}

/** Some SDKs can speak CBOR, which has the operation in the path: it is refused by the name that was called. */
function namedInJson(request: WireRequest): WireRequest {
  if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor') return request;
  const name = request.rawPath.split('/').at(-1);
  return { ...request, headers: { ...request.headers, 'x-amz-target': `cbor.${name} in CBOR` } };
}

/** JSON 1.0 spells moments as seconds since the epoch; operations answer dates. */
function epochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(epochSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, epochSeconds(member)]));
}

/** The SDKs compress PutMetricData from 10 KiB on. */
function unzipped(request: WireRequest): WireRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  const gunzip = createGunzip();
  request.body.on('error', (error) => gunzip.destroy(error));
  return { ...request, body: request.body.pipe(gunzip) };
}

function queryCode(error: AwsError): string {
  return QUERY_CODES[error.code] ?? error.code;
}

function fault(error: AwsError): 'Sender' | 'Receiver' {
  return error.status >= 500 ? 'Receiver' : 'Sender';
}
