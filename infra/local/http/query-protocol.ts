import type { Operation } from '../service.ts';
import { notImplemented, toAwsError } from './aws-error.ts';
import { type Call, readBody, type WireRequest, type WireResponse } from './wire.ts';
import { element, xml } from './xml.ts';

/** AWS Query: a form with `Action`, answered in XML. */
export interface QueryProtocol<Store> {
  readonly service: string;
  readonly namespace: string;
  readonly store: Store;
  readonly operations: readonly Operation<Store>[];
  /** Turns the form into the operation's input; the default is `unflatten`. */
  readInput?(action: string, form: URLSearchParams, request: WireRequest): Record<string, unknown>;
  /** Turns the output into the XML inside `<ActionResult>`; the default is `xml`, lists as `<member>`. */
  writeOutput?(action: string, output: object): string;
}

export function speaksQuery(request: WireRequest): boolean {
  return String(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

export function queryHandler<Store>(protocol: QueryProtocol<Store>) {
  const byName = new Map(protocol.operations.map((operation) => [operation.name, operation]));
  const readInput = protocol.readInput ?? ((_action: string, form: URLSearchParams) => unflatten(form));
  const writeOutput = protocol.writeOutput ?? ((_action: string, output: object) => xml(output));

  return async function handleQuery(request: WireRequest, call: Call): Promise<WireResponse> {
    const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': call.requestId };
    const metadata = element('ResponseMetadata', element('RequestId', xml(call.requestId)));
    try {
      const form = new URLSearchParams((await readBody(request)).toString('utf8'));
      const action = form.get('Action') ?? '';
      const operation = byName.get(action);
      if (!operation) throw notImplemented(`Operation ${protocol.service}:${action}`);
      const input = readInput(action, form, request);
      call.access?.demand(action, input);
      const output = await operation.run(protocol.store, input, call);
      const result = element(`${action}Result`, writeOutput(action, output));
      return {
        status: 200,
        headers,
        body: element(`${action}Response`, result + metadata, { xmlns: protocol.namespace }),
      };
    } catch (thrown) {
      const error = toAwsError(thrown);
      const type = error.status >= 500 ? 'Receiver' : 'Sender';
      const body = element('Error', xml({ Type: type, Code: error.code, Message: error.message }));
      return {
        status: error.status,
        headers,
        body: element('ErrorResponse', body + element('RequestId', xml(call.requestId)), {
          xmlns: protocol.namespace,
        }),
      };
    }
  };
}

/**
 * Rebuilds the nested input that a Query form has flattened: `A.member.1.B=x` and `A.1.B=x` give `{ A: [{ B: 'x' }] }`,
 * `M.entry.1.key=k&M.entry.1.value=v` gives `{ M: { k: 'v' } }`. All values stay strings.
 */
export function unflatten(form: URLSearchParams): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.').filter((part) => part !== 'member');
    let node = root;
    for (const part of path.slice(0, -1)) {
      const next = node.get(part);
      if (next instanceof Map) node = next;
      else {
        const made: Tree = new Map();
        node.set(part, made);
        node = made;
      }
    }
    node.set(path.at(-1) ?? '', value);
  }
  return plain(root) as Record<string, unknown>;
}

type Tree = Map<string, Tree | string>;

function plain(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const entries = [...node.entries()];
  if (entries.length === 1 && entries[0]?.[0] === 'entry') return mapOfEntries(plain(entries[0][1]));
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => plain(value));
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

function mapOfEntries(entries: unknown): Record<string, unknown> {
  const list = Array.isArray(entries) ? entries : [];
  return Object.fromEntries(list.map((entry) => [entry.key ?? entry.Name, entry.value ?? entry.Value]));
}
