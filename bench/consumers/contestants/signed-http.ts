import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Contestant } from '../contestant.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * The limit: node:http and Signature Version 4, nothing else. It leaves out everything that a client is for (retries,
 * timeouts, checks of the answer, credentials that change), and tells what those cost.
 */
export const signedHttp: Contestant = ({ queueUrl, slots, work }) => {
  const { hostname, port, host } = new URL(queueUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let day = '';
  let key = Buffer.alloc(0);

  function call(operation: string, payload: object): Promise<string> {
    const body = JSON.stringify(payload);
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    if (date.slice(0, 8) !== day) {
      day = date.slice(0, 8);
      key = ['us-east-1', 'sqs', 'aws4_request'].reduce((from, part) => hmac(from, part), hmac('AWS4local', day));
    }
    const scope = `${day}/us-east-1/sqs/aws4_request`;
    const type = 'application/x-amz-json-1.0';
    const target = `AmazonSQS.${operation}`;
    const names = 'content-type;host;x-amz-date;x-amz-target';
    const lines = `content-type:${type}\nhost:${host}\nx-amz-date:${date}\nx-amz-target:${target}\n`;
    const canonical = sha256(`POST\n/\n\n${lines}\n${names}\n${sha256(body)}`);
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${canonical}`).toString('hex');
    const headers = {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'x-amz-date': date,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method: 'POST', path: '/', agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve(text));
      });
      sent.on('error', reject).end(body);
    });
  }

  async function loop(): Promise<never> {
    for (;;) {
      const receive = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 120 };
      const { Messages = [] } = JSON.parse(await call('ReceiveMessage', receive));
      await Promise.all(Messages.map(() => work.run()));
      const Entries = Messages.map(({ ReceiptHandle }: { ReceiptHandle: string }, index: number) => ({
        Id: String(index),
        ReceiptHandle,
      }));
      void call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries }).catch(console.error);
    }
  }
  for (let index = 0; index < slots / 10; index += 1) void loop();
};
