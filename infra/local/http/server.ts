import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { ANONYMOUS } from '../principals.ts';
import { unknownService } from './unknown-service.ts';
import type { Call, CallAccess, WireRequest, WireResponse, WireService } from './wire.ts';

export interface EndpointOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly services: readonly WireService[];
  /** Answers requests without AWS credentials under these path prefixes, such as a task's metadata. */
  readonly unsigned?: Readonly<Record<string, WireService>>;
  /** What callers may do, by the signing name of the service and the access key ID; everything when left out. */
  readonly access?: (service: string, accessKeyId: string) => CallAccess;
}

export interface Endpoint {
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves every service on one port of 127.0.0.1, chosen by the credential scope of each request's signature. */
export async function serveEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const bySigningName = new Map(
    options.services.flatMap((service) => service.signingNames.map((name) => [name, service] as const)),
  );
  const unsigned = Object.entries(options.unsigned ?? {});
  const closing = new AbortController();
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Not `new URL`: it takes a path that begins with `//`, as an S3 key may, for a host.
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const wire: WireRequest = {
      method: request.method ?? 'GET',
      rawPath: mark < 0 ? url : url.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
      headers: request.headers,
      body: request,
    };
    const hangUp = hangUpOf(response, closing.signal);
    const scope = credentialScope(wire);
    const service = chooseService(wire, scope?.service);
    const principal = scope?.accessKeyId ?? ANONYMOUS;
    const call: Call = {
      principal,
      origin: `http://${request.headers.host ?? `127.0.0.1:${port()}`}`,
      requestId: randomUUID(),
      get signal() {
        return hangUp();
      },
      access: options.access?.(service.signingNames[0] ?? '', principal),
    };
    try {
      await send(response, await service.handle(wire, call));
    } catch (error) {
      // A service answers its own errors: what arrives here is a fault of the stand-in or a client that hung up.
      if (!response.headersSent) response.writeHead(500);
      response.end(error instanceof Error ? error.message : String(error));
    }
    request.resume();
  }

  function chooseService(request: WireRequest, signingName: string | undefined): WireService {
    for (const [prefix, service] of unsigned) {
      if (request.rawPath.startsWith(prefix)) return service;
    }
    // Browser forms and anonymous reads carry no signature: only S3 takes those.
    return bySigningName.get(signingName ?? 's3') ?? unknownService(signingName ?? 's3');
  }

  function port(): number {
    return (server.address() as AddressInfo).port;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: port(),
    url: `http://127.0.0.1:${port()}`,
    async close() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Making a signal costs more than most calls: it is made for those that look at it. */
function hangUpOf(response: ServerResponse, closing: AbortSignal): () => AbortSignal {
  let signal: AbortSignal | undefined;
  return () => {
    if (signal) return signal;
    const hangUp = new AbortController();
    const abort = () => {
      closing.removeEventListener('abort', abort);
      hangUp.abort(HUNG_UP);
    };
    signal = hangUp.signal;
    if (response.closed || closing.aborted) abort();
    closing.addEventListener('abort', abort);
    response.once('close', abort);
    return signal;
  };
}

/** A reason of its own each time would need a stack trace each time. */
const HUNG_UP = new Error('The caller has hung up.');

async function send(response: ServerResponse, answer: WireResponse): Promise<void> {
  const { body } = answer;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = body === undefined ? 0 : Buffer.byteLength(body);
    const length = body === undefined ? {} : { 'content-length': String(bytes) };
    response.writeHead(answer.status, { ...length, ...answer.headers });
    if (body instanceof Uint8Array) endWithBytes(response, body);
    // As many bytes as characters is ASCII, which is written as it is.
    else response.end(body, bytes === body?.length ? 'latin1' : 'utf8');
    return;
  }
  response.writeHead(answer.status, answer.headers);
  await pipeline(body, response);
}

/** Bytes up to this many go out together with the headers: as text, each character of which is written as one byte. */
const ONE_WRITE_BYTES = 16 * 1024;

function endWithBytes(response: ServerResponse, body: Uint8Array): void {
  if (body.length > ONE_WRITE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

/** `Credential=AKID/20260101/REGION/SERVICE/aws4_request`, from the Authorization header or a presigned URL. */
function credentialScope(request: WireRequest): { accessKeyId: string; service: string } | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const [accessKeyId, , , service] = (header ?? request.query.get('X-Amz-Credential') ?? '').split('/');
  return accessKeyId && service ? { accessKeyId, service } : undefined;
}
