// S3, SQS and a task's agent for one worker, in a process of its own; it counts the requests that come. Its parent tells it
// what to upload.
import { subscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startWorkerAws } from '../test/support/worker-aws.ts';

/** What the parent asks for. */
export type AwsOrder =
  /** Uploads `copies` objects, the files in turn, and sends their messages; answered when that is done. */
  | { readonly type: 'upload'; readonly files: readonly string[]; readonly copies: number }
  /** Answered with an AwsCount. */
  | { readonly type: 'count' };

/** Requests since the start by what they are for, such as `PUT results/outcomes` or `ReceiveMessage`. */
export interface AwsCount {
  readonly requests: Readonly<Record<string, number>>;
  /** Outcomes that were written. */
  readonly outcomes: number;
}

const aws = await startWorkerAws();
const requests: Record<string, number> = {};
let outcomes = 0;
let uploads = 0;

subscribe('http.server.response.finish', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const name = nameOf(request);
  if (name === undefined) return;
  requests[name] = (requests[name] ?? 0) + 1;
  if (name === 'PUT results/outcomes' && response.statusCode === 200) outcomes += 1;
});

/** Undefined for what a task's own agent answers, which costs nothing. */
function nameOf({ method, url = '', headers }: IncomingMessage): string | undefined {
  if (url.startsWith('/task/')) return undefined;
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.').at(-1);
  const [, bucket = '', folder = ''] = url.split(/[/?]/);
  return `${method} ${bucket === 'results' ? `results/${folder}` : bucket}`;
}

async function upload(files: readonly string[], copies: number): Promise<void> {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  for (let copy = 0; copy < copies; copy += 1) {
    uploads += 1;
    const content = contents[copy % contents.length];
    if (content !== undefined) await aws.announce(await aws.upload(`pictures/${uploads}.jpg`, content));
  }
}

process.on('message', async (order: AwsOrder) => {
  if (order.type === 'upload') {
    await upload(order.files, order.copies);
    process.send?.('uploaded');
  } else {
    process.send?.({ requests: { ...requests }, outcomes } satisfies AwsCount);
  }
});
process.on('disconnect', async () => {
  await aws.close();
  process.exit(0);
});
process.send?.(aws.environment('arn:aws:ecs:us-east-1:000000000000:task/cluster/bench'));
