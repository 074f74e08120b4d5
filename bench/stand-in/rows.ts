import { randomBytes } from 'node:crypto';
import type { Client } from './client.ts';

/** One line of the comparison. */
export interface Row {
  readonly name: string;
  /** How many operations one round has. */
  readonly operations: number;
  /** What the figure counts: messages of a batch count one by one. */
  readonly unit: string;
  readonly perOperation: number;
  /** Messages that are queued meanwhile. */
  readonly depth?: number;
  /** Before every round, not measured. */
  prepare?(client: Client): Promise<void>;
  run(client: Client, index: number): Promise<unknown>;
}

/** What a server has before the first round: depths are in messages. */
export interface Plan {
  readonly depths: readonly number[];
  /** Shortens the rounds. */
  readonly scale: number;
}

const BODY = randomBytes(512).toString('hex');
const SMALL = randomBytes(1_000);
const LARGE = randomBytes(1_000_000);
const TEN = Array.from({ length: 10 }, (_, index) => String(index));
const LISTED = 5_000;

interface Received {
  readonly Messages?: readonly { readonly ReceiptHandle: string }[];
}

function queueUrl(client: Client, name: string): Promise<string> {
  return client.sqs<{ QueueUrl: string }>('CreateQueue', { QueueName: name }).then(({ QueueUrl }) => QueueUrl);
}

function sendTen(client: Client, QueueUrl: string): Promise<unknown> {
  return client.sqs('SendMessageBatch', { QueueUrl, Entries: TEN.map((Id) => ({ Id, MessageBody: BODY })) });
}

/** Does something often, a few at a time. */
export async function often(count: number, lanes: number, action: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) {
      const index = next;
      next += 1;
      await action(index);
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
}

function sendRows(scale: number): Row[] {
  let url = '';
  const prepare = async (client: Client) => {
    url = await queueUrl(client, 'sent');
  };
  return [
    {
      name: 'SQS send, 1 kB',
      operations: 1_000 * scale,
      unit: 'messages/s',
      perOperation: 1,
      prepare,
      run: (client) => client.sqs('SendMessage', { QueueUrl: url, MessageBody: BODY }),
    },
    {
      name: 'SQS send in tens',
      operations: 200 * scale,
      unit: 'messages/s',
      perOperation: 10,
      prepare,
      run: (client) => sendTen(client, url),
    },
  ];
}

/** Receives ten and deletes them, with `depth` messages more in the queue. */
function drainRow(depth: number, scale: number): Row {
  const operations = 150 * scale;
  const filled = new WeakSet<Client>();
  let url = '';
  return {
    name: `SQS receive and delete in tens, ${depth.toLocaleString('en')} deep`,
    operations,
    depth,
    unit: 'messages/s',
    perOperation: 10,
    async prepare(client) {
      url = await queueUrl(client, `depth-${depth}`);
      await often(operations + (filled.has(client) ? 0 : depth / 10), 8, () => sendTen(client, url));
      filled.add(client);
    },
    async run(client) {
      const { Messages = [] } = await client.sqs<Received>('ReceiveMessage', {
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 3_600,
      });
      if (Messages.length !== 10) throw new Error(`Ten messages were expected, ${Messages.length} came.`);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.sqs('DeleteMessageBatch', { QueueUrl: url, Entries });
    },
  };
}

function objectRows(name: string, body: Uint8Array, objects: number, operations: number): Row[] {
  const bucket = `bench-${body.length}`;
  const shared = { operations, unit: 'objects/s', perOperation: 1 };
  return [
    {
      ...shared,
      name: `S3 put, ${name}`,
      prepare: (client) => makeBucket(client, bucket),
      run: (client, index) => client.s3('PUT', `/${bucket}/object-${index % objects}`, body),
    },
    {
      ...shared,
      name: `S3 get, ${name}`,
      async prepare(client) {
        await makeBucket(client, bucket);
        await often(objects, 8, (index) => client.s3('PUT', `/${bucket}/object-${index}`, body));
      },
      run: (client, index) => client.s3('GET', `/${bucket}/object-${index % objects}`),
    },
  ];
}

function listRow(scale: number): Row {
  const filled = new WeakSet<Client>();
  return {
    name: `S3 list, 1,000 of ${LISTED.toLocaleString('en')} keys`,
    operations: 60 * scale,
    unit: 'pages/s',
    perOperation: 1,
    async prepare(client) {
      if (filled.has(client)) return;
      await makeBucket(client, 'listed');
      await often(LISTED, 8, (index) =>
        client.s3('PUT', `/listed/folder/object-${String(index).padStart(6, '0')}`, SMALL.subarray(0, 10)),
      );
      filled.add(client);
    },
    run: (client) => client.s3('GET', '/listed?list-type=2&max-keys=1000&prefix=folder%2F'),
  };
}

/** S3 answers 409 for a bucket that is there already, or 200. */
async function makeBucket(client: Client, bucket: string): Promise<void> {
  await client.s3('PUT', `/${bucket}`).catch(() => undefined);
}

/** Every line of the comparison, in the order in which they are run. */
export function rows({ depths, scale }: Plan): Row[] {
  return [
    ...sendRows(scale),
    ...depths.map((depth) => drainRow(depth, scale)),
    ...objectRows('1 kB', SMALL, 100, 500 * scale),
    ...objectRows('1 MB', LARGE, 20, 50 * scale),
    listRow(scale),
  ];
}
