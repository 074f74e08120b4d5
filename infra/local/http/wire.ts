import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Access } from '../iam/access.ts';
import type { Lookups } from '../iam/authorization.ts';
import { AwsError } from './aws-error.ts';

/** One HTTP request, before any protocol has looked at it. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface WireResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | Readable;
}

/** What a caller may do. All of it throws AccessDenied in the words of the service that was called. */
export interface CallAccess {
  /** An operation, with its input as the protocol has read it. */
  demand(operation: string, input: object): void;
  /** What only the operation itself finds out. */
  demandAll(ask: (lookups: Lookups) => readonly Access[]): void;
  /** The same for other credentials: a browser's form brings its own. */
  as(accessKeyId: string): CallAccess;
}

/** Who calls, and how. */
export interface Call {
  /** Access key ID of the caller's credentials; `anonymous` when the request is not signed. */
  readonly principal: string;
  /** The endpoint as the client spelled it, `http://127.0.0.1:4566`: URLs in answers are made from it. */
  readonly origin: string;
  readonly requestId: string;
  /** Aborts when the client hangs up, and when the stand-in stops. Long polls end on it. */
  readonly signal: AbortSignal;
  /** Left out where nobody asks for permissions: a service that stands alone. */
  readonly access?: CallAccess | undefined;
}

/** An AWS service on the wire. `signingNames` are the service names in a request's credential scope. */
export interface WireService {
  readonly signingNames: readonly string[];
  handle(request: WireRequest, call: Call): Promise<WireResponse>;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Reads a whole request body. Bodies of API calls are small; object data is streamed by S3 itself. */
export function readBody({ body }: WireRequest): Promise<Buffer> {
  return readWhole(body);
}

/** Reads a whole stream of at most 16 MiB. */
export function readWhole(body: Readable): Promise<Buffer> {
  // Events rather than an iterator, which costs as much as a whole small call.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    body.once('end', () => {
      const [only] = chunks;
      if (bytes <= MAX_BODY_BYTES) resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
      else reject(new AwsError('RequestEntityTooLarge', `The request's body is over ${MAX_BODY_BYTES} bytes.`, 413));
    });
    body.once('error', reject);
    body.once('close', () => reject(new Error('The caller has hung up.')));
  });
}

/** Reads a JSON body; nothing at all is an empty object. */
export async function readJson(request: WireRequest): Promise<unknown> {
  const body = await readBody(request);
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', "The request's body is not JSON.");
  }
}
