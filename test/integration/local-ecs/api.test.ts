import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StartTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  definitionOf,
  type Harness,
  IMAGE,
  networkConfiguration,
  register,
  STAY,
  startEcs,
} from './ecs-harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startEcs();
  await register(harness, STAY);
});
afterAll(() => harness?.remove());

async function run(count: number, more = {}): Promise<string[]> {
  const { tasks = [] } = await harness.client.send(
    new RunTaskCommand({
      cluster: 'c',
      taskDefinition: 'worker',
      launchType: 'FARGATE',
      networkConfiguration,
      count,
      ...more,
    }),
  );
  return tasks.flatMap(({ taskArn }) => taskArn ?? []);
}

const list = async (filter = {}) => harness.client.send(new ListTasksCommand({ cluster: 'c', ...filter }));

describe('task definitions', () => {
  it('get a new revision through their resource only when they have changed', async () => {
    const put = (script: string) =>
      create(harness.ecs, 'AWS::ECS::TaskDefinition', 'Other', definitionOf(script, {}, { Family: undefined }));
    const { ref } = await put('1');
    expect(ref).toBe('arn:aws:ecs:eu-west-1:000000000000:task-definition/stack-Other:1');
    expect((await put('1')).ref).toBe(ref);
    expect((await put('2')).ref).toMatch(/:2$/);
  });

  it('are described, listed and deregistered', async () => {
    const container = { name: 'x', image: IMAGE, environment: [{ name: 'A', value: 'b' }] };
    const register = () =>
      harness.client.send(
        new RegisterTaskDefinitionCommand({
          family: 'api',
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [container],
          tags: [{ key: 'team', value: 'one' }],
        }),
      );
    await register();
    const second = (await register()).taskDefinition?.taskDefinitionArn ?? '';
    const described = await harness.client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'api', include: ['TAGS'] }),
    );
    expect(described.taskDefinition).toMatchObject({
      revision: 2,
      status: 'ACTIVE',
      containerDefinitions: [{ ...container, essential: true }],
    });
    expect(described.tags).toEqual([{ key: 'team', value: 'one' }]);
    await harness.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'api:2' }));
    const names = await harness.client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'api' }));
    expect(names.taskDefinitionArns).toEqual([second.replace(/2$/, '1')]);
    await expect(run(1, { taskDefinition: 'api:2' })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
    const { families } = await harness.client.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'ap' }));
    expect(families).toEqual(['api']);
  });

  it('that cannot be kept are refused by the name of what is wrong', async () => {
    const broken = (properties: Record<string, unknown>) =>
      create(harness.ecs, 'AWS::ECS::TaskDefinition', 'Broken', properties);
    await expect(broken(definitionOf('', { Secrets: [{ Name: 'S', ValueFrom: 'arn' }] }))).rejects.toThrow(/secrets/);
    await expect(broken(definitionOf('', { Unheard: 1 }))).rejects.toThrow(/unheard is not implemented/);
    await expect(broken(definitionOf('', {}, { Cpu: '256', Memory: '8192' }))).rejects.toThrow(
      /No Fargate configuration/,
    );
  });
});

describe('lists and tags', () => {
  it('pages tasks, and selects by startedBy and desired status', async () => {
    const arns = await run(5, { startedBy: 'lister', tags: [{ key: 'a', value: '1' }] });
    const first = await list({ startedBy: 'lister', maxResults: 3 });
    const rest = await list({ startedBy: 'lister', maxResults: 3, nextToken: first.nextToken });
    expect([...(first.taskArns ?? []), ...(rest.taskArns ?? [])]).toEqual(arns);
    expect(rest.nextToken).toBeUndefined();
    await harness.client.send(new StopTaskCommand({ cluster: 'c', task: arns[0] }));
    expect((await list({ startedBy: 'lister' })).taskArns).toEqual(arns.slice(1));
    expect((await list({ startedBy: 'lister', desiredStatus: 'STOPPED' })).taskArns).toEqual([arns[0]]);
    expect((await list({ family: 'nobody' })).taskArns).toEqual([]);
    await expect(list({ serviceName: 'nobody' })).rejects.toMatchObject({ name: 'ServiceNotFoundException' });

    const ask = (include: 'TAGS'[]) =>
      harness.client.send(new DescribeTasksCommand({ cluster: 'c', tasks: [arns[1] ?? '', 'none'], include }));
    const described = await ask(['TAGS']);
    expect(described.tasks?.[0]?.tags).toEqual([{ key: 'a', value: '1' }]);
    expect(described.failures).toEqual([{ arn: expect.stringMatching(/task\/c\/none$/), reason: 'MISSING' }]);
    expect((await ask([])).tasks?.[0]?.tags).toEqual([]);
    await harness.client.send(new TagResourceCommand({ resourceArn: arns[1], tags: [{ key: 'b', value: '2' }] }));
    const { tags } = await harness.client.send(new ListTagsForResourceCommand({ resourceArn: arns[1] }));
    expect(tags).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]);
  });

  it('describes clusters', async () => {
    const { clusterArns } = await harness.client.send(new ListClustersCommand({}));
    expect(clusterArns).toEqual(['arn:aws:ecs:eu-west-1:000000000000:cluster/c']);
    const { clusters, failures } = await harness.client.send(new DescribeClustersCommand({ clusters: ['c', 'x'] }));
    expect(clusters?.[0]).toMatchObject({ clusterName: 'c', status: 'ACTIVE', capacityProviders: ['FARGATE'] });
    expect(failures?.[0]?.reason).toBe('MISSING');
    expect((await harness.client.send(new ListServicesCommand({ cluster: 'c' }))).serviceArns).toEqual([]);
  });

  it('says honestly what it does not do', async () => {
    const start = new StartTaskCommand({ cluster: 'c', taskDefinition: 'worker', containerInstances: ['i'] });
    await expect(harness.client.send(start)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const remove = new DeleteServiceCommand({ cluster: 'c', service: 's' });
    await expect(harness.client.send(remove)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(/ecs:DeleteService/),
    });
  });
});

describe.skipIf(spawnSync('aws', ['--version']).error)('the aws CLI', () => {
  it('runs, lists and describes tasks', async () => {
    const aws = async (...args: string[]) => {
      const environment = {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_DEFAULT_REGION: 'eu-west-1',
      };
      const all = ['--endpoint-url', harness.url, '--output', 'json', 'ecs', ...args, '--cluster', 'c'];
      const { stdout } = await promisify(execFile)('aws', all, { env: environment });
      return JSON.parse(stdout);
    };
    const network = `awsvpcConfiguration={subnets=[subnet-a]}`;
    const ran = await aws(
      'run-task',
      '--task-definition',
      'worker',
      '--launch-type',
      'FARGATE',
      '--network-configuration',
      network,
      '--started-by',
      'cli',
    );
    const { taskArn } = ran.tasks[0];
    expect((await aws('list-tasks', '--started-by', 'cli')).taskArns).toEqual([taskArn]);
    const { tasks } = await aws('describe-tasks', '--tasks', taskArn);
    expect(tasks[0]).toMatchObject({ taskArn, startedBy: 'cli', createdAt: expect.anything() });
  });
});
