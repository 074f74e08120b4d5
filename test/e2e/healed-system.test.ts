import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from '../../aws/record.ts';
import { type Outcome, recordKeys } from '../../core/outcome.ts';
import { type SweepReport, sweepReportSchema } from '../../core/sweep-report.ts';
import type { FaultScriptInput } from '../../infra/local/faults/fault-script.ts';
import { type LocalStack, mailsOf, openStack, workersOf } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

const PARAMETERS = ['visibilitySeconds=30', 'maxTasks=1', 'largeObjectBytes=1000000'];

const FAULTS: FaultScriptInput = {
  // The first worker of each kind takes no picture; whoever comes after it does.
  tasks: [
    { name: 'worker of few pixels', on: { taskDefinition: '-worker' }, times: 1, environment: { MAX_PIXELS: '100' } },
    { name: 'task of few pixels', on: { taskDefinition: '-job' }, times: 1, environment: { MAX_PIXELS: '100' } },
    { name: 'no grace', on: { taskDefinition: '-sweep' }, environment: { SWEEP_GRACE_SECONDS: '0' } },
  ],
  events: [{ name: 'unheard of', on: { source: 'aws.s3', detail: 'unheard' }, do: 'drop' }],
};

let home: string;
let system: TestSystem;
let stack: LocalStack;
let config: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  home = await makeHome();
  const faults = join(home, 'faults.json');
  await writeFile(faults, JSON.stringify(FAULTS));
  const parameters = PARAMETERS.flatMap((parameter) => ['--param', parameter]);
  system = await startTestSystem(home, ['--faults', faults, ...parameters]);
  stack = await openStack(system.url);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  config = { endpoint: system.url, region: 'us-east-1', credentials };
}, 90_000);

afterAll(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

/** A picture of noise of about three bytes a pixel: as large as it has to be. */
function picture(pixels: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width: pixels, height: pixels, channels: 3, background: '#468', noise } })
    .png()
    .toBuffer();
}

async function outcomesOf(jobIds: readonly string[], status: Outcome['status']): Promise<Outcome[]> {
  return eventually(
    `${jobIds.length} jobs are ${status}`,
    async () => {
      const found = (await stack.outcomes()).filter((outcome) => jobIds.includes(outcome.jobId));
      return found.filter((outcome) => outcome.status === status).length === jobIds.length && found;
    },
    60_000,
  );
}

async function areEmpty(...queues: readonly string[]): Promise<void> {
  for (const queue of queues) {
    await eventually(`${queue} is empty`, async () => {
      const { visible, held } = await stack.depth(queue);
      return visible + held === 0;
    });
  }
}

async function redrive(deadLetters: string, queue: string): Promise<void> {
  const sqs = new SQSClient(config);
  const arnOf = async (output: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: stack.output(output), AttributeNames: ['QueueArn'] });
    return (await sqs.send(command)).Attributes?.QueueArn;
  };
  const [SourceArn, DestinationArn] = [await arnOf(deadLetters), await arnOf(queue)];
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
}

/** A tick of the schedule, and the report of the sweep that it starts. */
async function sweep(): Promise<SweepReport> {
  const before = new Set(await stack.keys('reports/'));
  const Payload = JSON.stringify({ scheduledTime: new Date(Date.now() + 60_000 * before.size).toISOString() });
  const FunctionName = 'slipway-dev-onSchedule';
  await new LambdaClient(config).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  const key = await eventually('the sweep has reported', async () => {
    return (await stack.keys('reports/')).find((each) => !before.has(each));
  });
  const bucket = { client: stack.s3, name: stack.output('ResultsBucketName') };
  const stored = await readRecord(bucket, key, sweepReportSchema);
  if (stored === undefined) throw new Error(`There is no ${key}.`);
  return stored.record;
}

describe.skipIf(process.platform !== 'linux')('what went wrong', () => {
  it('is done again by a redrive of both dead-letter queues, once its cause is mended', async () => {
    const jobIds = [
      await stack.upload('small.png', await picture(200)),
      await stack.upload('large.png', await picture(1_000)),
    ];
    const failed = await outcomesOf(jobIds, 'failed');
    expect(failed.map(({ route, reason }) => `${route} ${reason}`).toSorted()).toEqual([
      'service too-many-pixels',
      'task too-many-pixels',
    ]);
    for (const queue of ['JobDeadLetterQueueUrl', 'LaunchDeadLetterQueueUrl']) {
      await eventually('the dead letter is there', async () => (await stack.depth(queue)).visible >= 1);
    }
    // A worker that dies with a message in its hands gives it back only when the visibility timeout ends.
    await areEmpty('JobQueueUrl', 'LaunchQueueUrl');
    const [first] = await workersOf(home, 'service');
    if (first !== undefined) {
      process.kill(first, 'SIGKILL');
      await eventually('the first worker is gone', async () => !(await workersOf(home, 'service')).includes(first));
    }

    await redrive('JobDeadLetterQueueUrl', 'JobQueueUrl');
    await redrive('LaunchDeadLetterQueueUrl', 'LaunchQueueUrl');
    const complete = await outcomesOf(jobIds, 'complete');
    expect(complete.map(({ route }) => route).toSorted()).toEqual(['service', 'task']);
    await areEmpty('JobDeadLetterQueueUrl', 'LaunchDeadLetterQueueUrl', 'JobQueueUrl', 'LaunchQueueUrl');
  }, 120_000);

  it('is found by the sweep: events that never came, and a task that somebody stopped', async () => {
    const lost = [
      await stack.upload('unheard small.png', await picture(200)),
      await stack.upload('unheard large.png', await picture(1_000)),
    ];
    const stopped = await stack.upload('stopped.png', await picture(3_000));
    const ecs = new ECSClient(config);
    const cluster = stack.output('ClusterName');
    const taskArn = await eventually('its task is there', async () => {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, startedBy: `job/${stopped}/1` }));
      return taskArns[0];
    });
    await ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason: 'enough' }));
    await eventually('its task has stopped', async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
      return tasks?.[0]?.lastStatus === 'STOPPED';
    });
    const settled = (await stack.outcomes()).some(({ jobId }) => jobId === stopped);
    const mails = await mailsOf(home);

    const report = await sweep();
    expect(report).toMatchObject({ end: 'complete', requeued: { service: 1, task: settled ? 1 : 2 }, problems: 0 });
    await outcomesOf([...lost, stopped], 'complete');
    const sent = (await mailsOf(home)).slice(mails.length).filter((mail) => mail.includes('The sweep put back'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain('unheard small.png');
    expect(sent[0]).toContain(recordKeys.report(report.startedAt));
    expect(await sweep()).toMatchObject({
      end: 'complete',
      requeued: { service: 0, task: 0 },
      problems: 0,
      followedUp: 0,
    });
  }, 120_000);
});
