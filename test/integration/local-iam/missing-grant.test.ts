import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../infra/local/compile-template.ts';
import { createSystem, type System } from '../../../infra/local/system.ts';
import { readTemplate } from '../../../infra/local/template/compiled-template.ts';
import { until } from '../../support/until.ts';

const serviceDirectory = fileURLToPath(new URL('../../..', import.meta.url));
const WITHIN_MS = 30_000;

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

let directory: string;
let file: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-grant-'));
  const packageDirectory = join(directory, 'package');
  // A task from the start: nobody scales here.
  const args = ['--stage', 'dev', '--param', 'minTasks=1'];
  file = await compileTemplate({ serviceDirectory, packageDirectory, arguments: args });
}, 90_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs `use` in a system of the compiled template, in which `keeps` decides about the statements of one role. */
async function without(
  role: string,
  keeps: (statement: Statement) => boolean,
  use: (system: System, config: { endpoint: string; region: string; credentials: Credentials }) => Promise<void>,
): Promise<void> {
  const template = await readTemplate(file);
  const policies = template.Resources[role]?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  for (const { PolicyDocument } of policies) {
    const kept = PolicyDocument.Statement.filter(keeps);
    expect(kept.length).toBe(PolicyDocument.Statement.length - 1);
    PolicyDocument.Statement = kept;
  }
  const home = await mkdtemp(join(directory, 'system-'));
  const entryPoint = [process.execPath, '.build/worker/main.mjs'];
  const system = await createSystem({
    template,
    stackName: 'slipway-dev',
    region: 'us-east-1',
    directory: home,
    port: 0,
    lambdaUrl: 'http://127.0.0.1:1',
    images: { 'slipway/dev': { entryPoint, workingDirectory: serviceDirectory } },
  });
  try {
    await system.start();
    await use(system, {
      endpoint: system.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'developer', secretAccessKey: 'local' },
    });
  } finally {
    await system.stop();
  }
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const grants = (action: string, resource: string) => (statement: Statement) =>
  !([statement.Action].flat().includes(action) && JSON.stringify(statement.Resource).includes(resource));

describe('the compiled template without one grant', () => {
  it('has a worker that is refused its call, in AWS’s words', async () => {
    const withoutWriting = grants('s3:PutObject', 'ResultsBucket');
    await without('WorkerTaskRole', withoutWriting, async (system, config) => {
      const Bucket = system.stack.resources.get('InboxBucket')?.ref;
      await new S3Client(config).send(new PutObjectCommand({ Bucket, Key: 'a.png', Body: 'no picture' }));
      const logGroupName = system.stack.resources.get('WorkerLogGroup')?.ref;
      const logs = new CloudWatchLogsClient(config);
      const find = new FilterLogEventsCommand({ logGroupName, filterPattern: '"is not authorized to perform"' });
      const lines = await until(async () => {
        const { events = [] } = await logs.send(find);
        return events.length > 0 && events.map(({ message }) => message).join('\n');
      }, WITHIN_MS);
      const role = system.stack.resources.get('WorkerTaskRole')?.ref;
      expect(lines).toContain(`User: arn:aws:sts::000000000000:assumed-role/${role}/`);
      expect(lines).toContain('is not authorized to perform: s3:PutObject on resource: ');
      expect(lines).toContain('because no identity-based policy allows the s3:PutObject action');
    });
  }, 60_000);

  it('starts no task whose log ECS may not open', async () => {
    const withoutLogs = grants('logs:CreateLogStream', 'WorkerLogGroup');
    await without('TaskExecutionRole', withoutLogs, async (system, config) => {
      const ecs = new ECSClient(config);
      const cluster = system.stack.resources.get('Cluster')?.ref;
      const stopped = await until(async () => {
        const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }));
        if (!taskArns?.length) return undefined;
        const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
        return tasks?.find(({ stoppedReason }) => stoppedReason);
      }, WITHIN_MS);
      expect(stopped).toMatchObject({
        stopCode: 'TaskFailedToStart',
        stoppedReason: expect.stringMatching(
          /^ResourceInitializationError: failed to validate logger args: .* is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:/,
        ),
      });
    });
  }, 60_000);
});
