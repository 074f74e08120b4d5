import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsCli, callAws, findAwsClis } from '../support/aws-cli.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

const clis = findAwsClis();

let home: string;
let system: TestSystem;

// biome-ignore lint/suspicious/noExplicitAny: what the command line prints; a wrong shape fails the test.
type Printed = any;

beforeAll(async () => {
  if (clis.length === 0) return;
  home = await makeHome();
  system = await startTestSystem(home);
}, 90_000);

afterAll(async () => {
  await system?.stop();
  if (home) await removeHome(home);
}, 60_000);

if (clis.length === 0) it.skip('no aws command line is found on this machine: nothing to try', () => undefined);

describe.each(clis)('aws-cli $version', (cli: AwsCli) => {
  const aws = (...args: string[]) => callAws(cli, system.url, args);
  const read = async (...args: string[]): Promise<Printed> => JSON.parse(await aws(...args, '--output', 'json'));
  let outputs: Record<string, string>;
  let folder: string;

  beforeAll(async () => {
    const { Stacks } = await read('cloudformation', 'describe-stacks', '--stack-name', 'slipway-dev');
    const pairs = Stacks[0].Outputs.map((output: Printed) => [output.OutputKey, output.OutputValue]);
    outputs = Object.fromEntries(pairs);
    folder = join(home, `cli ${cli.version}`);
    await mkdir(folder);
  });

  function output(key: string): string {
    const value = outputs[key];
    if (value === undefined) throw new Error(`The stack has no output ${key}.`);
    return value;
  }

  /** Physical IDs of the stack's resources of a type. */
  async function resourcesOf(type: string): Promise<string[]> {
    const { StackResources } = await read('cloudformation', 'describe-stack-resources', '--stack-name', 'slipway-dev');
    return StackResources.filter((resource: Printed) => resource.ResourceType === type).map(
      (resource: Printed) => resource.PhysicalResourceId,
    );
  }

  it('runs a task, follows it and reads its log', async () => {
    const [subnets, groups] = await Promise.all([
      resourcesOf('AWS::EC2::Subnet'),
      resourcesOf('AWS::EC2::SecurityGroup'),
    ]);
    const cluster = ['--cluster', output('ClusterName')];
    const awsvpc = `subnets=[${subnets}],securityGroups=[${groups.slice(0, 1)}],assignPublicIp=ENABLED`;
    const network = ['--network-configuration', `awsvpcConfiguration={${awsvpc}}`];
    const sweep = ['--task-definition', 'slipway-dev-sweep', '--launch-type', 'FARGATE'];
    const { tasks, failures } = await read('ecs', 'run-task', ...cluster, ...sweep, ...network);
    expect(failures).toEqual([]);
    const taskArn: string = tasks[0].taskArn;

    const stopped = await eventually('the task has stopped', async () => {
      const described = await read('ecs', 'describe-tasks', ...cluster, '--tasks', taskArn);
      return described.tasks[0].lastStatus === 'STOPPED' && described.tasks[0];
    });
    expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] });
    const listed = await read('ecs', 'list-tasks', ...cluster, '--desired-status', 'STOPPED');
    expect(listed.taskArns).toContain(taskArn);

    const [group] = await resourcesOf('AWS::Logs::LogGroup').then((names) =>
      names.filter((name) => name.includes('Worker')),
    );
    const stream = `sweep/worker/${taskArn.split('/').at(-1)}`;
    const log = ['--log-group-name', group ?? '', '--log-stream-names', stream];
    const { events } = await read('logs', 'filter-log-events', ...log, '--filter-pattern', '"sweep finished"');
    expect(events).toMatchObject([{ logStreamName: stream, message: expect.stringContaining('sweep finished') }]);
    // Version 1 has no `logs tail`.
    if (!cli.version.startsWith('1.')) {
      expect(await aws('logs', 'tail', group ?? '', '--since', '5m')).toContain(`${stream} {`);
    }
  }, 60_000);

  it('describes the service and what scales it', async () => {
    const [described, alarms, activities] = await Promise.all([
      read('ecs', 'describe-services', '--cluster', output('ClusterName'), '--services', output('WorkerServiceName')),
      read('cloudwatch', 'describe-alarms'),
      read('application-autoscaling', 'describe-scaling-activities', '--service-namespace', 'ecs'),
    ]);
    expect(described.services).toMatchObject([{ status: 'ACTIVE', serviceName: output('WorkerServiceName') }]);
    const states = alarms.MetricAlarms.map((alarm: Printed) => [alarm.AlarmName.split('-')[2], alarm.StateValue]);
    expect(Object.fromEntries(states)).toMatchObject({ ScaleServiceErrorsAlarm: expect.any(String) });
    expect(activities.ScalingActivities).toBeInstanceOf(Array);
  }, 30_000);

  it('copies an object there and back, and lists it with its versions', async () => {
    const inbox = output('InboxBucketName');
    const name = `a b+c%20ü ${cli.version}.txt`;
    await writeFile(join(folder, name), 'not a picture');
    await aws('s3', 'cp', join(folder, name), `s3://${inbox}/`);
    await aws('s3', 'cp', `s3://${inbox}/${name}`, join(folder, 'back.txt'));
    expect(await readFile(join(folder, 'back.txt'), 'utf8')).toBe('not a picture');
    const [list, { Versions }] = await Promise.all([
      aws('s3', 'ls', `s3://${inbox}`),
      read('s3api', 'list-object-versions', '--bucket', inbox, '--prefix', name),
    ]);
    expect(list).toMatch(new RegExp(` 13 ${name.replaceAll('+', '\\+')}$`, 'm'));
    expect(Versions).toMatchObject([
      { Key: name, IsLatest: true, Size: 13, VersionId: expect.stringMatching(/\w{8}/) },
    ]);
  }, 30_000);

  it('lists queues, rules, topics, schedules and who calls', async () => {
    const queue = ['--queue-url', output('JobQueueUrl'), '--attribute-names', 'All'];
    const [queued, { Rules }, topics, schedules, caller] = await Promise.all([
      read('sqs', 'get-queue-attributes', ...queue),
      read('events', 'list-rules'),
      read('sns', 'list-topics'),
      read('scheduler', 'list-schedules'),
      read('sts', 'get-caller-identity'),
    ]);
    expect(queued.Attributes).toMatchObject({
      VisibilityTimeout: '120',
      ApproximateNumberOfMessages: expect.stringMatching(/^\d+$/),
    });
    expect(topics.Topics).toEqual([{ TopicArn: output('AlertTopicArn') }]);
    const groups = schedules.Schedules.map(({ GroupName }: Printed) => GroupName).toSorted();
    expect(groups).toEqual([
      expect.stringContaining('ScaleScheduleGroup'),
      expect.stringContaining('SweepScheduleGroup'),
    ]);
    expect(caller.Account).toBe('000000000000');

    expect(Rules).toHaveLength(4);
    const small = Rules.find((rule: Printed) => rule.Name.includes('SmallObjectRule'));
    const { Targets } = await read('events', 'list-targets-by-rule', '--rule', small.Name);
    expect(Targets).toMatchObject([{ Id: 'job-queue', Arn: queued.Attributes.QueueArn }]);
  }, 30_000);

  it('invokes a function', async () => {
    const [payload, answer] = [join(folder, 'tick.json'), join(folder, 'answer.json')];
    await writeFile(payload, '{"scheduledTime":"2026-01-01T00:00:00Z"}');
    const invoke = ['--function-name', 'slipway-dev-onSchedule', '--payload', `fileb://${payload}`];
    expect(await read('lambda', 'invoke', ...invoke, answer)).toMatchObject({ StatusCode: 200 });
    expect(JSON.parse(await readFile(answer, 'utf8'))).toMatchObject({ launched: expect.any(Boolean) });
  }, 30_000);

  it.each([
    ['ecs:CreateCluster', ['ecs', 'create-cluster']],
    ['sqs:RemovePermission', ['sqs', 'remove-permission', '--queue-url', 'http://127.0.0.1/0/x', '--label', 'x']],
    ['cloudformation:ListStacks', ['cloudformation', 'list-stacks']],
    ['iam:ListRoles', ['iam', 'list-roles']],
  ])('is told that %s is not implemented', async (operation, args) => {
    await expect(aws(...args)).rejects.toThrow(
      new RegExp(`\\(NotImplemented\\).*${operation} is not implemented by the local stand-in`),
    );
  });
});
