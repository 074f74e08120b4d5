import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** How each call is made with nothing but the SDK's client: its package, client, command, and the least input. */
const CALLS: Readonly<Record<string, readonly [package_: string, client: string, command: string, input: string]>> = {
  ListTasks: ['client-ecs', 'ECSClient', 'ListTasksCommand', '{ cluster: "c", family: "f" }'],
  DescribeTasks: ['client-ecs', 'ECSClient', 'DescribeTasksCommand', '{ cluster: "c", tasks: ["t"] }'],
  RunTask: ['client-ecs', 'ECSClient', 'RunTaskCommand', '{ cluster: "c", taskDefinition: "t" }'],
  GetObject: ['client-s3', 'S3Client', 'GetObjectCommand', '{ Bucket: "b", Key: "k" }'],
  PutObject: ['client-s3', 'S3Client', 'PutObjectCommand', '{ Bucket: "b", Key: "k", Body: "{}" }'],
  ListObjectsV2: ['client-s3', 'S3Client', 'ListObjectsV2Command', '{ Bucket: "b", Prefix: "p" }'],
  Publish: ['client-sns', 'SNSClient', 'PublishCommand', '{ TopicArn: "t", Message: "m" }'],
  SendMessage: [
    'client-sqs',
    'SQSClient',
    'SendMessageCommand',
    '{ QueueUrl: process.env.AWS_ENDPOINT_URL + "/q", MessageBody: "m" }',
  ],
  SendMessageBatch: [
    'client-sqs',
    'SQSClient',
    'SendMessageBatchCommand',
    '{ QueueUrl: process.env.AWS_ENDPOINT_URL + "/q", Entries: [] }',
  ],
};

const REQUIRE = "import{createRequire as benchRequire}from'node:module';const require=benchRequire(import.meta.url);";

/**
 * Writes a bundle whose handler makes these calls one after the other, and does nothing else: the least that a function
 * with the same clients can take. Throws for a call that is not known here.
 */
export async function buildBare(operations: readonly string[], outfile: string): Promise<void> {
  const calls = operations.map((operation) => {
    const call = CALLS[operation];
    if (call === undefined) throw new Error(`bench/functions/bare.ts does not know how to make the call ${operation}.`);
    return call;
  });
  const clients = new Map(calls.map(([package_, client]) => [client, package_]));
  const contents = [
    ...[...clients].map(([client, package_]) => {
      const commands = new Set(calls.filter((call) => call[1] === client).map(([, , command]) => command));
      return `import { ${[client, ...commands].join(', ')} } from '@aws-sdk/${package_}';`;
    }),
    ...[...clients.keys()].map((client) => `const own${client} = new ${client}({});`),
    'export const handler = async () => {',
    ...calls.map(
      ([, client, command, input]) => `  await own${client}.send(new ${command}(${input})).catch(() => undefined);`,
    ),
    '};',
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    legalComments: 'none',
    logLevel: 'silent',
    minify: true,
    keepNames: true,
  });
}
