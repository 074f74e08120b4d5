/** Calls the handler of a bundle with the event on the standard input, as Lambda would, and prints what it returns. */
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [bundle = '', name = ''] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);
const context = {
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
  memoryLimitInMB: '512',
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  getRemainingTimeInMillis: () => 30_000,
};
const result = await handler(JSON.parse(await text(process.stdin)), context);
process.stdout.write(`\nRESULT ${JSON.stringify(result ?? null)}\n`);
process.exit(0);
