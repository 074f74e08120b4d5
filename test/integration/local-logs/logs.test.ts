import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogsService, logsService } from '../../../infra/local/logs/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

const DAY_MS = 86_400_000;
const hasAws = spawnSync('aws', ['--version']).status === 0;
let endpoint: TestEndpoint;
let logs: LogsService;
let client: CloudWatchLogsClient;
let clock: ReturnType<typeof manualClock>;

beforeEach(async () => {
  clock = manualClock(1_000_000);
  endpoint = await serveServices((database) => {
    logs = logsService({ database, clock, region: 'us-east-1' });
    return [logs];
  });
  client = new CloudWatchLogsClient(endpoint.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

describe('CloudWatch Logs', () => {
  it('gives what tasks printed in order of time, across streams', async () => {
    logs.append('/g', 'b', [{ timestamp: 2, message: 'second' }]);
    logs.append('/g', 'a', [
      { timestamp: 1, message: 'first' },
      { timestamp: 3, message: 'third' },
    ]);
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: '/g' }));
    expect(events?.map(({ message, logStreamName }) => [logStreamName, message])).toEqual([
      ['a', 'first'],
      ['b', 'second'],
      ['a', 'third'],
    ]);
  });

  it('pages through matching lines without loss or repetition', async () => {
    const lines = Array.from({ length: 25 }, (_, index) => ({
      timestamp: 5,
      message: `${index % 2 ? 'odd' : 'even'} ${index}`,
    }));
    logs.append('/g', 's', lines);
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName: '/g', filterPattern: 'odd', limit: 5, nextToken }),
      );
      seen.push(...(page.events ?? []).map(({ message }) => message ?? ''));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(seen).toEqual(lines.map(({ message }) => message).filter((message) => message.startsWith('odd')));
  });

  it('reads a stream forward until the token stays the same', async () => {
    logs.append(
      '/g',
      's',
      [1, 2, 3].map((timestamp) => ({ timestamp, message: `m${timestamp}` })),
    );
    const read = (nextToken?: string) =>
      client.send(
        new GetLogEventsCommand({ logGroupName: '/g', logStreamName: 's', startFromHead: true, limit: 2, nextToken }),
      );
    const first = await read();
    const second = await read(first.nextForwardToken);
    const end = await read(second.nextForwardToken);
    expect([first, second, end].map(({ events }) => events?.map(({ message }) => message))).toEqual([
      ['m1', 'm2'],
      ['m3'],
      [],
    ]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
  });

  it('gives the newest lines first when no head is asked for', async () => {
    logs.append(
      '/g',
      's',
      [1, 2, 3].map((timestamp) => ({ timestamp, message: `m${timestamp}` })),
    );
    const { events } = await client.send(new GetLogEventsCommand({ logGroupName: '/g', logStreamName: 's', limit: 2 }));
    expect(events?.map(({ message }) => message)).toEqual(['m2', 'm3']);
  });

  it('lists groups and streams', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: '/made' }));
    logs.append('/g', 's', [{ timestamp: 7, message: 'x' }]);
    const groups = await client.send(new DescribeLogGroupsCommand({}));
    expect(groups.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/g', '/made']);
    const streams = await client.send(new DescribeLogStreamsCommand({ logGroupName: '/g' }));
    expect(streams.logStreams).toMatchObject([{ logStreamName: 's', firstEventTimestamp: 7, lastEventTimestamp: 7 }]);
  });

  it('drops lines after their retention', async () => {
    await logs.providers[0]?.create({
      logicalId: 'G',
      generatedName: 'G',
      stackName: 's',
      properties: { LogGroupName: '/g', RetentionInDays: 1 },
    });
    logs.append('/g', 's', [{ timestamp: clock.now(), message: 'old' }]);
    clock.advance(2 * DAY_MS);
    logs.append('/g', 's', [{ timestamp: clock.now(), message: 'new' }]);
    clock.advance(3_600_000);
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: '/g' }));
    expect(events?.map(({ message }) => message)).toEqual(['new']);
  });

  it('says so when a group is not there, or is there already', async () => {
    await expect(client.send(new FilterLogEventsCommand({ logGroupName: '/no' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      client.send(
        new PutLogEventsCommand({
          logGroupName: '/no',
          logStreamName: 's',
          logEvents: [{ timestamp: 1, message: 'x' }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
    for (const command of [
      new GetLogEventsCommand({ logGroupName: '/g', logStreamName: 'no' }),
      new PutLogEventsCommand({
        logGroupName: '/g',
        logStreamName: 'no',
        logEvents: [{ timestamp: 1, message: 'x' }],
      }),
    ]) {
      await expect(client.send(command as GetLogEventsCommand)).rejects.toThrow('log stream does not exist');
    }
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: '/g' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });

  it('takes lines over the wire, and thousands at a time in process', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
    await client.send(new CreateLogStreamCommand({ logGroupName: '/g', logStreamName: 's' }));
    const logEvents = [{ timestamp: 1, message: 'over the wire' }];
    await client.send(new PutLogEventsCommand({ logGroupName: '/g', logStreamName: 's', logEvents }));
    const startedAt = performance.now();
    for (let call = 0; call < 50; call += 1) {
      logs.append(
        '/g',
        's',
        Array.from({ length: 100 }, (_, index) => ({ timestamp: 2 + call, message: `${index}` })),
      );
    }
    // 5,000 lines; a transaction per line, or a table scan per append, would take far longer.
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: '/g' }));
    expect(events).toHaveLength(5001);
    expect(events?.[0]?.message).toBe('over the wire');
  });

  it('finds lines from one time to another, both ends included', async () => {
    logs.append(
      '/g',
      's',
      [1, 2, 3, 4].map((timestamp) => ({ timestamp, message: `m${timestamp}` })),
    );
    const { events } = await client.send(
      new FilterLogEventsCommand({ logGroupName: '/g', startTime: 2, endTime: 3, interleaved: true }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['m2', 'm3']);
  });

  it('sets and takes off a retention', async () => {
    await client.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
    const retention = async () => (await client.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays;
    await client.send(new PutRetentionPolicyCommand({ logGroupName: '/g', retentionInDays: 7 }));
    expect(await retention()).toBe(7);
    await client.send(new DeleteRetentionPolicyCommand({ logGroupName: '/g' }));
    expect(await retention()).toBeUndefined();
  });

  it.skipIf(!hasAws)('works with the aws CLI', async () => {
    logs.append('/g', 's', [{ timestamp: Date.now(), message: 'hello from a task' }]);
    const { endpoint: url, credentials } = endpoint.clientConfig;
    for (const command of [
      ['filter-log-events', '--log-group-name', '/g'],
      ['get-log-events', '--log-group-name', '/g', '--log-stream-name', 's'],
    ]) {
      const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', url, 'logs', ...command], {
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_DEFAULT_REGION: 'us-east-1',
        },
      });
      expect(stdout).toContain('hello from a task');
    }
  });
});
