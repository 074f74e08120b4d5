import { ACCOUNT_ID } from '../account.ts';
import { notImplemented, toAwsError } from '../http/aws-error.ts';
import type { Call, WireRequest, WireResponse } from '../http/wire.ts';
import { bucketArn } from '../iam/authorizations/s3.ts';
import { readAddress } from './address.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader } from './checksums.ts';
import { accessDenied, S3Error } from './s3-error.ts';
import type { S3Operation, S3Request } from './s3-operation.ts';
import type { S3Store } from './store.ts';
import { errorResponse } from './xml-response.ts';

/** Headers that any request may carry: signing, integrity of the body, what the client calls itself. */
const COMMON_HEADERS = [
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-user-agent',
  'x-amz-expected-bucket-owner',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  ...CHECKSUM_ALGORITHMS.map(checksumHeader),
];
/** Parameters of a presigned URL, and the SDK's own note of the operation. */
const COMMON_PARAMETER =
  /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256))$/;

const MISSING = ['NoSuchKey', 'NoSuchVersion'];

/** Serves S3's REST API: finds the operation, refuses by name what it does not know, answers errors as S3 does. */
export function s3Handler(store: S3Store, operations: readonly S3Operation[]) {
  const byAddress = groupByAddress(operations);

  return async function handleS3(wire: WireRequest, call: Call): Promise<WireResponse> {
    try {
      const request = readRequest(wire);
      const operation = chooseOperation(byAddress, request);
      checkAccepted(operation, request);
      call.access?.demand(operation.name, request);
      const answer = await runVisibly(operation, store, request, call);
      return { ...answer, headers: { ...answer.headers, ...identity(call) } };
    } catch (thrown) {
      const answer = errorResponse(toS3Error(thrown), call.requestId, wire.rawPath);
      const headers = { ...answer.headers, ...identity(call) };
      // An answer to HEAD has no body, so the client sees the status alone.
      return wire.method === 'HEAD' ? { status: answer.status, headers } : { ...answer, headers };
    }
  };
}

/**
 * Runs an operation. That an object is missing is told to those alone who may list the bucket: for the rest it is
 * forbidden, as they cannot know (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions").
 */
async function runVisibly(operation: S3Operation, store: S3Store, request: S3Request, call: Call) {
  try {
    return await operation.run(store, request, call);
  } catch (error) {
    const isRead = operation.on === 'object' && ['GET', 'HEAD'].includes(operation.method);
    if (isRead && error instanceof S3Error && MISSING.includes(error.code)) {
      call.access?.demandAll(() => [{ action: 's3:ListBucket', resource: bucketArn(request.bucket) }]);
    }
    throw error;
  }
}

/** Operations by method and what they are on, for `chooseOperation`. */
export function groupByAddress(operations: readonly S3Operation[]): Map<string, S3Operation[]> {
  return Map.groupBy(operations, (operation) => `${operation.method} ${operation.on}`);
}

/** Reads a request's address and headers; nothing of its body. */
export function readRequest(wire: WireRequest): S3Request {
  const headers: Record<string, string> = {};
  // A presigned URL may carry `x-amz-` headers as parameters; S3 reads them the same.
  for (const [name, value] of wire.query) if (name.startsWith('x-amz-')) headers[name] = value;
  for (const [name, value] of Object.entries(wire.headers)) if (value !== undefined) headers[name] = String(value);
  const address = readAddress(wire.rawPath, headers.host ?? '');
  return { method: wire.method, ...address, query: wire.query, headers, body: wire.body };
}

/** The operation that a request asks for. Throws NotImplemented, naming it. */
export function chooseOperation(byAddress: Map<string, S3Operation[]>, request: S3Request): S3Operation {
  const on = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const candidates = (byAddress.get(`${request.method} ${on}`) ?? [])
    .filter((operation) => operation.selectors?.every((name) => request.query.has(name)) ?? true)
    .filter((operation) => operation.selectorHeaders?.every((name) => request.headers[name] !== undefined) ?? true)
    .sort((a, b) => selectorCount(b) - selectorCount(a));
  const [chosen] = candidates;
  // A parameter without a value, such as `?acl`, names another operation.
  const subresource = [...request.query].find(([name, value]) => value === '' && !accepts(chosen, name))?.[0];
  if (chosen && subresource === undefined) return chosen;
  const query = subresource === undefined ? '' : `?${subresource}`;
  throw notImplemented(`Operation s3: ${request.method} of ${on === 'object' ? 'an' : 'a'} ${on}${query}`);
}

function checkAccepted(operation: S3Operation, request: S3Request): void {
  for (const name of request.query.keys()) {
    if (accepts(operation, name) || COMMON_PARAMETER.test(name) || name.startsWith('x-amz-')) continue;
    throw notImplemented(`Parameter ${name} of ${operation.name}`);
  }
  for (const name of Object.keys(request.headers)) {
    if (!name.startsWith('x-amz-') || name.startsWith('x-amz-meta-') || COMMON_HEADERS.includes(name)) continue;
    if (operation.headers?.includes(name) || operation.selectorHeaders?.includes(name)) continue;
    throw notImplemented(`Header ${name} of ${operation.name}`);
  }
  const owner = request.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== ACCOUNT_ID) throw accessDenied();
}

function accepts(operation: S3Operation | undefined, parameter: string): boolean {
  return (operation?.selectors?.includes(parameter) || operation?.parameters?.includes(parameter)) ?? false;
}

function selectorCount(operation: S3Operation): number {
  return (operation.selectors?.length ?? 0) + (operation.selectorHeaders?.length ?? 0);
}

function identity(call: Call): Record<string, string> {
  return { 'x-amz-request-id': call.requestId, 'x-amz-id-2': 'local' };
}

function toS3Error(thrown: unknown): S3Error {
  if (thrown instanceof S3Error) return thrown;
  const error = toAwsError(thrown);
  const code = error.code === 'InternalFailure' ? 'InternalError' : error.code;
  return new S3Error(code, error.message, error.status, error.details);
}
