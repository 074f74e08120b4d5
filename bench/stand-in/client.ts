import { Agent, request } from 'node:http';

/** A thin client: what it costs itself is the same for every server. */
export interface Client {
  /** One call of SQS. Rejects unless it is answered with 200. */
  sqs<Output = Record<string, unknown>>(operation: string, input: object): Promise<Output>;
  /** One call of S3. Rejects unless it is answered with 200; gives the length of the answer. */
  s3(method: string, path: string, body?: Uint8Array): Promise<number>;
  close(): void;
}

/** Opens a client whose connections stay open. */
export function openClient(url: string, sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const { hostname, port } = new URL(url);

  function call(method: string, path: string, headers: Record<string, string>, body?: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(body?.length ?? 0) };
      const options = { hostname, port, path, method, agent, headers: { ...headers, ...length } };
      const sent = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          const whole = Buffer.concat(chunks);
          if (answer.statusCode === 200) resolve(whole);
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${whole}`));
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  return {
    async sqs(operation, input) {
      const answer = await call(
        'POST',
        '/',
        {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `AmazonSQS.${operation}`,
          authorization: authorization('sqs'),
        },
        Buffer.from(JSON.stringify(input)),
      );
      return answer.length > 0 ? JSON.parse(answer.toString()) : {};
    },
    async s3(method, path, body) {
      return (await call(method, path, { authorization: authorization('s3') }, body)).length;
    },
    close: () => agent.destroy(),
  };
}

/** None of the servers checks a signature. */
function authorization(service: string): string {
  const scope = `test/20260101/us-east-1/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
}
