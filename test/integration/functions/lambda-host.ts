import { pathToFileURL } from 'node:url';

/**
 * Runs a built function once, as Lambda does, and prints what it gave back as the last line; when its time is over it and
 * its children are killed, as Lambda ends them: `node lambda-host.ts BUNDLE EVENT MILLISECONDS`.
 */
const [bundle = '', event = '', milliseconds = ''] = process.argv.slice(2);
const endsAt = Date.now() + Number(milliseconds);
const { handler } = await import(pathToFileURL(bundle).href);
setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds)).unref();
const result = await handler(JSON.parse(event), {
  functionName: 'responder',
  functionVersion: '$LATEST',
  memoryLimitInMB: '1769',
  awsRequestId: 'request-1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:responder',
  getRemainingTimeInMillis: () => endsAt - Date.now(),
});
process.stdout.write(`\n${JSON.stringify(result)}\n`);
// Lambda freezes what still runs.
process.exit(0);
