import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import { schedulerService } from '../../../infra/local/scheduler/index.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { until } from '../../support/until.ts';

const Target = {
  Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
  RoleArn: 'arn:aws:iam::000000000000:role/r',
  Input: '{"a":1}',
};
const base = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' as const }, Target };

const directory = mkdtempSync(join(tmpdir(), 'local-scheduler-'));
const database = openDatabase(directory);
const { deliver, delivered } = recordingDeliver();
const scheduler = schedulerService({ database, clock: systemClock(), region: 'eu-west-1', deliver });
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let client: SchedulerClient;

beforeAll(async () => {
  endpoint = await serveEndpoint({ port: 0, services: scheduler.wire ? [scheduler.wire] : [] });
  scheduler.start?.();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SchedulerClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  await scheduler.stop?.();
  database.close();
  rmSync(directory, { recursive: true });
});

describe('Scheduler through the SDK', () => {
  it('makes a schedule, fires it, changes it and takes it away', async () => {
    const made = await client.send(
      new CreateScheduleCommand({ Name: 'sweep', ...base, EndDate: new Date('2190-01-01') }),
    );
    expect(made.ScheduleArn).toBe('arn:aws:scheduler:eu-west-1:000000000000:schedule/default/sweep');
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ arn: Target.Arn, payload: '{"a":1}', sourceArn: made.ScheduleArn });

    const got = await client.send(new GetScheduleCommand({ Name: 'sweep' }));
    expect(got).toMatchObject({
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      EndDate: new Date('2190-01-01'),
      Target: { RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } },
    });
    expect(got.CreationDate?.getFullYear()).toBeGreaterThan(2020);

    await client.send(
      new UpdateScheduleCommand({
        Name: 'sweep',
        ...base,
        State: 'DISABLED',
        ScheduleExpression: 'cron(0 8 ? * MON *)',
      }),
    );
    expect(await client.send(new GetScheduleCommand({ Name: 'sweep' }))).toMatchObject({ State: 'DISABLED' });
    expect(
      (await client.send(new ListSchedulesCommand({ State: 'DISABLED', MaxResults: 10 }))).Schedules,
    ).toMatchObject([{ Name: 'sweep' }]);
    await client.send(new DeleteScheduleCommand({ Name: 'sweep', GroupName: 'default' }));
    await expect(client.send(new GetScheduleCommand({ Name: 'sweep' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps groups apart', async () => {
    await client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
    await client.send(
      new CreateScheduleCommand({ Name: 'a', GroupName: 'nightly', ...base, ScheduleExpression: 'cron(0 3 * * ? *)' }),
    );
    expect((await client.send(new ListSchedulesCommand({ GroupName: 'nightly' }))).Schedules).toHaveLength(1);
    expect((await client.send(new GetScheduleGroupCommand({ Name: 'nightly' }))).State).toBe('ACTIVE');
    expect((await client.send(new ListScheduleGroupsCommand({}))).ScheduleGroups).toHaveLength(2);
    await expect(client.send(new CreateScheduleGroupCommand({ Name: 'nightly' }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(client.send(new GetScheduleCommand({ Name: 'a' }))).rejects.toThrow(/does not exist/);
  });

  it('refuses what AWS refuses and names what it does not have', async () => {
    const create = (more: object) => client.send(new CreateScheduleCommand({ Name: 'bad', ...base, ...more }));
    await expect(create({ ScheduleExpression: 'rate(1 hours)' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(create({ ScheduleExpressionTimezone: 'Mars' })).rejects.toThrow(/Mars/);
    await expect(create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } })).rejects.toThrow(/MaximumWindowInMinutes/);
    await expect(create({ GroupName: 'none' })).rejects.toThrow(/Schedule group none does not exist/);
    await expect(create({ Target: { ...Target, EcsParameters: { TaskDefinitionArn: 'x' } } })).rejects.toThrow(
      /EcsParameters of CreateSchedule is not implemented/,
    );
    await expect(create({ Target: { ...Target, Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } })).rejects.toThrow(
      /Universal target/,
    );
    await create({ ScheduleExpression: 'cron(0 3 * * ? *)' });
    await expect(create({})).rejects.toMatchObject({ name: 'ConflictException' });
  });
});
