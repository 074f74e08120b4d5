import type { Operation } from '../service.ts';
import { notImplemented, toAwsError } from './aws-error.ts';
import { type Call, readJson, type WireRequest, type WireResponse } from './wire.ts';

/** One REST route. `{Name}` in the path and the query's parameters become members of the operation's input. */
export interface Route<Store> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/schedules/{Name}`; a trailing `+` inside the braces takes slashes too. */
  readonly path: string;
  readonly operation: Operation<Store>;
  readonly status?: number;
}

export interface RestJsonProtocol<Store> {
  readonly service: string;
  readonly store: Store;
  readonly routes: readonly Route<Store>[];
}

export function restJsonHandler<Store>(protocol: RestJsonProtocol<Store>) {
  const routes = protocol.routes.map((route) => ({ ...route, pattern: pathPattern(route.path) }));

  return async function handleRestJson(request: WireRequest, call: Call): Promise<WireResponse> {
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': call.requestId };
    try {
      for (const route of routes) {
        const match = route.method === request.method ? route.pattern.exec(request.rawPath) : null;
        if (!match) continue;
        const input = {
          ...((await readJson(request)) as object),
          ...Object.fromEntries(request.query),
          ...decodeGroups(match.groups),
        };
        call.access?.demand(route.operation.name, input);
        const output = await route.operation.run(protocol.store, input, call);
        return { status: route.status ?? 200, headers, body: JSON.stringify(output) };
      }
      throw notImplemented(`Operation ${protocol.service}: ${request.method} ${request.rawPath}`);
    } catch (thrown) {
      const error = toAwsError(thrown);
      return {
        status: error.status,
        headers: { ...headers, 'x-amzn-errortype': error.code },
        body: JSON.stringify({ Message: error.message, message: error.message, ...error.details }),
      };
    }
  };
}

function pathPattern(path: string): RegExp {
  const source = path
    .replaceAll(/[.$()]/g, '\\$&')
    .replaceAll(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}/?$`);
}

function decodeGroups(groups: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
}
