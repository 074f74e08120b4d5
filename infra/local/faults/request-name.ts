import { Readable } from 'node:stream';
import { readBody, type WireRequest } from '../http/wire.ts';
import { nameS3Request } from '../s3/name-request.ts';

/** What a request asks for, in AWS's words. */
export interface NamedRequest {
  readonly operation: string;
  /** What it is about: `bucket/key`, a queue's URL, a task definition; empty when that is not known. */
  readonly resource: string;
  /** The request to go on with: a body that was read for its name is there again. */
  readonly request: WireRequest;
}

/** Members of an input that say what it is about, the most telling first. */
const RESOURCES = ['QueueUrl', 'taskDefinition', 'TopicArn', 'cluster', 'logGroupName'];

/** Names a request of a service, by its protocol. */
export async function nameRequest(service: string, request: WireRequest): Promise<NamedRequest> {
  if (service === 's3') return { ...nameS3Request(request), request };
  const target = request.headers['x-amz-target'];
  const isForm = String(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  if (target === undefined && !isForm) {
    return { operation: request.method, resource: request.rawPath, request };
  }
  const body = await readBody(request);
  const again = { ...request, body: Readable.from(body.length === 0 ? [] : [body]) };
  const input = isForm ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : readInput(body);
  const operation = target === undefined ? String(input.Action ?? '') : (String(target).split('.').at(-1) ?? '');
  const member = RESOURCES.find((name) => typeof input[name] === 'string');
  return { operation, resource: member === undefined ? '' : String(input[member]), request: again };
}

/** A JSON input with some of its members replaced. */
export async function rewriteInput(request: WireRequest, members: Record<string, unknown>): Promise<WireRequest> {
  const input = { ...readInput(await readBody(request)), ...members };
  return { ...request, body: Readable.from([Buffer.from(JSON.stringify(input))]) };
}

function readInput(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}
