// A queue that answers at once: the stand-in for an SQS that is never the limit. It speaks the five calls that consumers
// make over HTTP/1.1 with keep-alive, keeps nothing on disk, checks no signature, and adds a latency to every answer. A
// process of its own; its parent talks to it by messages.
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

/** What the stub has done since its last `reset`. */
export interface StubCount {
  /** Messages handed out and messages deleted. */
  readonly received: number;
  readonly deleted: number;
  /** Requests by the name of their operation. */
  readonly calls: Readonly<Record<string, number>>;
}

/** What its parent asks for; it answers `count` with a StubCount, and every start with its port. */
export type StubOrder =
  | { readonly type: 'latency'; readonly milliseconds: number }
  /** Messages that there are to have; without it there is no end of them. */
  | { readonly type: 'fill'; readonly messages: number }
  | { readonly type: 'count' };

const BODY_BYTES = 1_024;
/** As long as SQS's are. */
const HANDLE = 'AQEB'.padEnd(320, 'x7Rk2mQ9');

/** An event as EventBridge sends it, padded to the size. */
function messageBody(): string {
  const object = { key: 'pictures/harbour.jpg', size: 4_194_304, etag: 'a'.repeat(32), 'version-id': 'v'.repeat(32) };
  const detail = { version: '0', bucket: { name: 'inbox' }, object: { ...object, sequencer: '0066A1' } };
  const event = { 'detail-type': 'Object Created', source: 'aws.s3', detail, padding: '' };
  return JSON.stringify({ ...event, padding: '.'.repeat(BODY_BYTES - JSON.stringify(event).length) });
}

const body = messageBody();
const md5 = createHash('md5').update(body).digest('hex');
const afterHandle = `","MD5OfBody":"${md5}","Body":${JSON.stringify(body)}`;
const ATTRIBUTES = ',"Attributes":{"ApproximateReceiveCount":"1"}';

let latencyMs = 0;
let left = Number.POSITIVE_INFINITY;
let received = 0;
let deleted = 0;
let calls: Record<string, number> = {};
/** Receives that wait for a message. */
const polls = new Set<() => void>();

/** The answer to a request; undefined when it comes later, by `later`. */
function answer(target: string, text: string, later: (json: string) => void): string | undefined {
  calls[target] = (calls[target] ?? 0) + 1;
  if (target === 'ReceiveMessage') return receive(text, later);
  if (target === 'DeleteMessageBatch') {
    const ids = text.match(/"Id":"[^"]*"/g) ?? [];
    deleted += ids.length;
    return `{"Successful":[${ids.map((id) => `{${id}}`).join(',')}]}`;
  }
  if (target === 'DeleteMessage') deleted += 1;
  // The answer of the task's own agent, which a consumer that protects its task asks.
  return target === 'PUT' ? '{"protection":{"ProtectionEnabled":true}}' : '{}';
}

function receive(text: string, later: (json: string) => void): string | undefined {
  const { MaxNumberOfMessages: most = 1, WaitTimeSeconds: wait = 0, ...asked } = JSON.parse(text);
  const attributes = asked.MessageSystemAttributeNames || asked.AttributeNames ? ATTRIBUTES : '';
  if (left > 0 || wait === 0) return messages(most, attributes);
  const poll = () => {
    clearTimeout(timer);
    polls.delete(poll);
    later(messages(most, attributes));
  };
  const timer = setTimeout(poll, wait * 1_000);
  polls.add(poll);
  return undefined;
}

function messages(most: number, attributes: string): string {
  const count = Math.min(most, left);
  left -= count;
  if (count === 0) return '{}';
  const all: string[] = [];
  for (let index = 0; index < count; index += 1) {
    received += 1;
    all.push(`{"MessageId":"m-${received}","ReceiptHandle":"${HANDLE}${received}${afterHandle}${attributes}}`);
  }
  return `{"Messages":[${all.join(',')}]}`;
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    pending += chunk;
    for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
      const head = pending.slice(0, end);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      const text = pending.slice(end + 4, end + 4 + length);
      pending = pending.slice(end + 4 + length);
      const target = /x-amz-target: *AmazonSQS\.(\w+)/i.exec(head)?.[1] ?? head.slice(0, head.indexOf(' '));
      const json = answer(target, text, (late) => send(socket, late));
      if (json !== undefined) send(socket, json);
    }
  });
});

function send(socket: Socket, json: string): void {
  const text = `HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: ${json.length}\r\n\r\n${json}`;
  if (latencyMs === 0) socket.write(text, 'latin1');
  else setTimeout(() => socket.write(text, 'latin1'), latencyMs);
}

process.on('message', (order: StubOrder) => {
  if (order.type === 'latency') latencyMs = order.milliseconds;
  if (order.type === 'fill') {
    left = order.messages;
    for (const poll of [...polls]) poll();
  }
  if (order.type === 'count') {
    process.send?.({ received, deleted, calls } satisfies StubCount);
    calls = {};
    received = 0;
    deleted = 0;
  }
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
});
