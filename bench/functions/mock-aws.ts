// AWS as far as the functions ask for it, in a process of its own: it answers at once, and knows what it was asked.
import { createServer, type IncomingMessage } from 'node:http';

const TASK_ARN = 'arn:aws:ecs:us-east-1:000000000000:task/cluster/0123456789abcdef';
const EMPTY_LIST = '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
const MISSING = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
const PUBLISHED = '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';

const ANSWERS: Readonly<Record<string, object>> = {
  ListTasks: { taskArns: [] },
  DescribeTasks: { tasks: [], failures: [] },
  RunTask: { tasks: [{ taskArn: TASK_ARN }], failures: [] },
  SendMessage: { MessageId: 'm', MD5OfMessageBody: '' },
};

const asked: string[] = [];

/** Such as `RunTask`, `GetObject`. */
function operationOf({ headers, method, url = '' }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.').at(-1) ?? '';
  if (method === 'POST') return new URLSearchParams(body).get('Action') ?? 'Post';
  if (method === 'PUT') return 'PutObject';
  return url.includes('list-type') ? 'ListObjectsV2' : 'GetObject';
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const operation = operationOf(request, body);
  asked.push(operation);
  if (operation === 'GetObject') response.writeHead(404, { 'content-type': 'application/xml' }).end(MISSING);
  else if (operation === 'ListObjectsV2')
    response.writeHead(200, { 'content-type': 'application/xml' }).end(EMPTY_LIST);
  else if (operation === 'PutObject') response.writeHead(200, { etag: '"e"' }).end();
  else if (operation === 'Publish') response.writeHead(200, { 'content-type': 'text/xml' }).end(PUBLISHED);
  else
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(ANSWERS[operation] ?? {}));
});

process.on('message', () => {
  process.send?.([...asked]);
  asked.length = 0;
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
});
