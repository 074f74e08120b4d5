import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { eventsService } from '../../../infra/local/events/index.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { until } from '../../support/until.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:jobs';
const EventPattern = JSON.stringify({ source: ['shop'], detail: { size: [{ numeric: ['>', 5] }] } });

const directory = mkdtempSync(join(tmpdir(), 'local-events-'));
const database = openDatabase(directory);
const { deliver, delivered } = recordingDeliver();
const events = eventsService({ database, clock: systemClock(), region: 'eu-west-1', deliver });
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let client: EventBridgeClient;

beforeAll(async () => {
  endpoint = await serveEndpoint({ port: 0, services: events.wire ? [events.wire] : [] });
  events.start?.();
  client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  await events.stop?.();
  database.close();
  rmSync(directory, { recursive: true });
});

describe('EventBridge through the SDK', () => {
  it('takes a rule and targets, delivers matching events, and takes them away again', async () => {
    const made = await client.send(new PutRuleCommand({ Name: 'large', EventPattern, Description: 'large ones' }));
    expect(made.RuleArn).toBe('arn:aws:events:eu-west-1:000000000000:rule/large');
    await client.send(
      new PutTargetsCommand({ Rule: 'large', Targets: [{ Id: 'q', Arn: QUEUE, InputPath: '$.detail' }] }),
    );
    expect(await client.send(new DescribeRuleCommand({ Name: 'large' }))).toMatchObject({
      EventPattern,
      State: 'ENABLED',
    });
    expect((await client.send(new ListRulesCommand({ NamePrefix: 'la' }))).Rules).toHaveLength(1);
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'large' }))).Targets).toMatchObject([
      { Id: 'q', Arn: QUEUE },
    ]);
    expect((await client.send(new ListRuleNamesByTargetCommand({ TargetArn: QUEUE }))).RuleNames).toEqual(['large']);

    const entry = { Source: 'shop', DetailType: 'Sold' };
    const put = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Detail: '{"size":5}' },
          { ...entry, Detail: '{"size":6}', Time: new Date(0) },
        ],
      }),
    );
    expect(put.FailedEntryCount).toBe(0);
    expect(put.Entries?.[0]?.EventId).toMatch(/^[\da-f-]{36}$/);
    await until(() => delivered.length > 0);
    expect(delivered.map(({ payload }) => payload)).toEqual(['{"size":6}']);

    await client.send(new DisableRuleCommand({ Name: 'large' }));
    expect((await client.send(new DescribeRuleCommand({ Name: 'large' }))).State).toBe('DISABLED');
    await client.send(new EnableRuleCommand({ Name: 'large' }));
    await expect(client.send(new DeleteRuleCommand({ Name: 'large' }))).rejects.toThrow(/since it has targets/);
    const removed = await client.send(new RemoveTargetsCommand({ Rule: 'large', Ids: ['q', 'x'] }));
    expect(removed.FailedEntries).toMatchObject([{ TargetId: 'x', ErrorCode: 'ResourceNotFoundException' }]);
    await client.send(new DeleteRuleCommand({ Name: 'large' }));
    await expect(client.send(new DescribeRuleCommand({ Name: 'large' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('fails a bad entry of PutEvents alone', async () => {
    const good = { Source: 'shop', DetailType: 'Sold', Detail: '{}' };
    const put = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...good, Source: 'aws.s3' },
          good,
          { ...good, Detail: '[]' },
          { DetailType: 'x', Detail: '{}' },
          { ...good, EventBusName: 'x' },
        ],
      }),
    );
    expect(put.FailedEntryCount).toBe(4);
    expect(put.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'NotAuthorizedForSourceException',
      undefined,
      'MalformedDetail',
      'InvalidArgument',
      'ResourceNotFoundException',
    ]);
  });

  it('tests patterns', async () => {
    const Event = JSON.stringify({
      id: '1',
      account: '0',
      source: 'shop',
      time: '2026-01-01T00:00:00Z',
      region: 'r',
      resources: [],
      'detail-type': 'x',
      detail: { size: 9 },
    });
    expect((await client.send(new TestEventPatternCommand({ EventPattern, Event }))).Result).toBe(true);
    await expect(client.send(new TestEventPatternCommand({ EventPattern, Event: '{}' }))).rejects.toThrow(
      /it has no id/,
    );
    await expect(client.send(new TestEventPatternCommand({ EventPattern: '{"a":1}', Event }))).rejects.toMatchObject({
      name: 'InvalidEventPatternException',
      message: expect.stringContaining('at a: expected'),
    });
  });

  it('shows the default bus alone', async () => {
    expect((await client.send(new ListEventBusesCommand({}))).EventBuses).toMatchObject([{ Name: 'default' }]);
    expect((await client.send(new DescribeEventBusCommand({}))).Arn).toBe(
      'arn:aws:events:eu-west-1:000000000000:event-bus/default',
    );
  });

  it('names what it does not have', async () => {
    await expect(client.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(1 hour)' }))).rejects.toThrow(
      /EventBridge Scheduler/,
    );
    const target = { Id: 'q', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' } };
    await client.send(new PutRuleCommand({ Name: 'r', EventPattern }));
    await expect(client.send(new PutTargetsCommand({ Rule: 'r', Targets: [target] }))).rejects.toThrow(
      /SqsParameters of PutTargets is not implemented/,
    );
  });
});
