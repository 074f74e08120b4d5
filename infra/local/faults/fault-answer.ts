import { Readable } from 'node:stream';
import { speaksQuery } from '../http/query-protocol.ts';
import type { Call, WireRequest, WireResponse } from '../http/wire.ts';
import { element, xml } from '../http/xml.ts';
import { S3Error } from '../s3/s3-error.ts';
import { errorResponse } from '../s3/xml-response.ts';
import type { RequestAction } from './fault-script.ts';

type Answer = Extract<RequestAction, { kind: 'answer' }>;

/** The answer that a rule gives, in the protocol that the caller speaks. */
export function faultAnswer(service: string, request: WireRequest, call: Call, answer: Answer): WireResponse {
  const { status, code, message, body } = answer;
  if (service === 's3') {
    const response = errorResponse(new S3Error(code, message, status), call.requestId, request.rawPath);
    return request.method === 'HEAD' ? { status } : response;
  }
  if (speaksQuery(request)) {
    const error = element('Error', xml({ Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message }));
    return { status, headers: { 'content-type': 'text/xml' }, body: element('ErrorResponse', error) };
  }
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': call.requestId,
      ...(body === undefined ? { 'x-amzn-errortype': code } : {}),
    },
    body: JSON.stringify(body ?? { __type: code, message }),
  };
}

/** An answer whose connection breaks before a byte of its body. */
export function brokenAnswer(): WireResponse {
  const body = new Readable({
    read() {
      this.destroy(new Error('A fault script breaks the connection.'));
    },
  });
  return { status: 200, body };
}

/** Lets go of an answer that nobody will read. */
export function discard({ body }: WireResponse): void {
  if (body instanceof Readable) body.destroy();
}
