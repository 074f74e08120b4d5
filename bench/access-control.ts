// What deciding every request costs: processor time for a request to one set of services behind two endpoints, one of which
// asks for permissions. `node bench/access-control.ts`; rounds alternate, so that a busy machine slows both alike.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../infra/local/clock.ts';
import { openDatabase } from '../infra/local/database.ts';
import { serveEndpoint } from '../infra/local/http/server.ts';
import { accessControl } from '../infra/local/iam/index.ts';
import { principals } from '../infra/local/principals.ts';
import { s3Service } from '../infra/local/s3/index.ts';
import { sqsService } from '../infra/local/sqs/index.ts';

const ROUNDS = 30;
const REQUESTS = 400;
const LANES = 4;
const ROLE = 'arn:aws:iam::000000000000:role/worker';

const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const shared = { database: openDatabase(directory), clock: systemClock(), region: 'us-east-1' };
const identities = principals();
const { accessKeyId } = identities.credentialsFor(ROLE, 'bench');
const iam = accessControl({ ...shared, principals: identities, recordsDirectory: join(directory, 'access') });
const s3 = s3Service({ ...shared, directory: join(directory, 's3'), publishEvent() {} });
const sqs = sqsService(shared);
const resource = { logicalId: 'R', generatedName: 'results', stackName: 'bench' };
const ofType = (type: string) => [...s3.providers, ...sqs.providers].find((provider) => provider.type === type);
await ofType('AWS::S3::Bucket')?.create({ ...resource, properties: {} });
const queue = await ofType('AWS::SQS::Queue')?.create({ ...resource, properties: {} });

/** As many statements, conditions and wildcards as the worker's role has. */
const statements = [
  { Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], Resource: queue?.attributes?.Arn },
  ...['inbox', 'other'].map((bucket) => ({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` })),
  {
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::results',
    Condition: { StringLikeIfExists: { 's3:prefix': ['outcomes/*', 'journal/*', 'latest/*'] } },
  },
  {
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: ['outputs', 'journal', 'latest', 'timeline', 'outcomes'].map((name) => `arn:aws:s3:::results/${name}/*`),
  },
].map((statement) => ({ Effect: 'Allow', ...statement }));
iam.open(
  { name: 'bench', resources: new Map() },
  {
    roles: () => [
      {
        arn: ROLE,
        trustPolicy: { Statement: [] },
        policies: [{ name: 'own', document: { Version: '2012-10-17', Statement: statements } }],
        foreignPolicies: [],
      },
    ],
    resources: { s3: s3.guarded, sqs: sqs.guarded },
    taskDefinition: () => undefined,
    keyOfAlias: () => undefined,
  },
);

const services = [s3.wire, sqs.wire].flatMap((wire) => wire ?? []);
const open = await serveEndpoint({ port: 0, services });
const guarded = await serveEndpoint({ port: 0, services, access: iam.callAccess });
const agent = new Agent({ keepAlive: true, maxSockets: LANES });

function call(port: number, service: string, path: string, method: string, headers = {}, body = ''): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/${service}/aws4_request`;
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path, method, agent, headers: { authorization, ...headers } };
    const sent = request(options, (answer) => {
      answer
        .resume()
        .on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${method} ${path}: ${answer.statusCode}`)),
        );
    });
    sent.on('error', reject).end(body);
  });
}

const KINDS: Readonly<Record<string, (port: number, index: number) => Promise<void>>> = {
  'PutObject, 100 bytes': (port, index) =>
    call(port, 's3', `/results/outcomes/${index % 50}`, 'PUT', {}, 'x'.repeat(100)),
  'GetObject, 100 bytes': (port, index) => call(port, 's3', `/results/outcomes/${index % 50}`, 'GET'),
  GetQueueAttributes: (port) => {
    const headers = { 'x-amz-target': 'AmazonSQS.GetQueueAttributes', 'content-type': 'application/x-amz-json-1.0' };
    return call(port, 'sqs', '/', 'POST', headers, JSON.stringify({ QueueUrl: queue?.ref, AttributeNames: ['All'] }));
  },
};

/** Microseconds of processor time for one request, client and server together: the wall's depend on the neighbours. */
async function cost(port: number, kind: (port: number, index: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  let next = 0;
  const lane = async () => {
    while (next < REQUESTS) await kind(port, next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / REQUESTS;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

for (const [name, kind] of Object.entries(KINDS)) {
  const pairs: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? [open, guarded] : [guarded, open];
    const found = new Map<object, number>();
    for (const endpoint of order) found.set(endpoint, await cost(endpoint.port, kind));
    pairs.push([found.get(open) ?? 0, found.get(guarded) ?? 0]);
  }
  // Requests per second on a processor of one's own go by the inverse.
  const ratio = median(pairs.map(([without, withGuard]) => without / withGuard));
  const [without, withGuard] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  console.log(
    `${name.padEnd(22)} ${without.toFixed(0)} µs without, ${withGuard.toFixed(0)} µs with permissions: ${ratio.toFixed(3)} of the requests per second`,
  );
}
agent.destroy();
await Promise.all([open.close(), guarded.close()]);
shared.database.close();
rmSync(directory, { recursive: true, force: true });
