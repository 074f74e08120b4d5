import { notImplemented } from './aws-error.ts';
import { jsonHandler, speaksJson } from './json-protocol.ts';
import { queryHandler, speaksQuery } from './query-protocol.ts';
import type { WireService } from './wire.ts';

/** Answers for a service that the stand-in does not have, in the protocol of the request, naming what was asked for. */
export function unknownService(name: string): WireService {
  const nothing = { service: name, store: undefined, operations: [] };
  const json = jsonHandler({ ...nothing, targetPrefix: '', version: '1.1' });
  const query = queryHandler({ ...nothing, namespace: `http://${name}.amazonaws.com/doc/` });
  return {
    signingNames: [],
    async handle(request, call) {
      if (speaksJson(request)) return json(request, call);
      if (speaksQuery(request)) return query(request, call);
      const { code, message, status } = notImplemented(`Service ${name}`);
      return {
        status,
        headers: {
          'content-type': 'application/json',
          'x-amzn-errortype': code,
          'x-amzn-requestid': call.requestId,
        },
        body: JSON.stringify({ __type: code, message }),
      };
    },
  };
}
