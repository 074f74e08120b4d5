import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../infra/local/database.ts';
import { eventsService } from '../../../infra/local/events/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { until } from '../../support/until.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:jobs';
const OTHER = 'arn:aws:sqs:eu-west-1:000000000000:other';

let directory: string;
let database: ReturnType<typeof openDatabase>;
let events: ReturnType<typeof eventsService>;
let sent: ReturnType<typeof recordingDeliver>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-events-'));
  database = openDatabase(directory);
  sent = recordingDeliver();
  events = eventsService({ database, clock: manualClock(), region: 'eu-west-1', deliver: sent.deliver });
});
afterEach(async () => {
  await events.stop?.();
  database.close();
  rmSync(directory, { recursive: true });
});

async function create(properties: object) {
  const [provider] = events.providers;
  return await provider?.create({ logicalId: 'R', properties, generatedName: 'stack-R', stackName: 'stack' });
}

describe('a rule in the template', () => {
  it('becomes what the template says, again and again', async () => {
    const EventPattern = { source: ['shop'] };
    const both = [
      { Id: 'a', Arn: QUEUE },
      { Id: 'b', Arn: OTHER },
    ];
    await create({ EventPattern, Targets: both });
    const made = await create({ EventPattern: JSON.stringify(EventPattern), Targets: both.slice(1) });
    expect(made).toEqual({
      ref: 'stack-R',
      attributes: { Arn: 'arn:aws:events:eu-west-1:000000000000:rule/stack-R' },
    });
    events.start?.();
    events.publish({ source: 'shop', detailType: 'Sold', resources: [], detail: {} });
    await until(() => sent.delivered.length === 1);
    expect(sent.delivered[0]?.arn).toBe(OTHER);
  });

  it.each([
    [{ ScheduleExpression: 'rate(1 hour)' }, /ScheduleExpression: .*use AWS::Scheduler::Schedule/],
    [{}, /EventPattern: expected a pattern, got nothing/],
    [{ EventPattern: { a: 'x' } }, /at a: expected an object, or an array/],
    [
      { EventPattern: { a: ['x'] }, Targets: [{ Id: 'a', Arn: QUEUE, EcsParameters: {} }] },
      /Targets\.0\.EcsParameters is not implemented/,
    ],
    [{ EventPattern: { a: ['x'] }, EventBusName: 'other' }, /Event bus other does not exist/],
  ])('is refused with what is wrong: %j', async (properties, message) => {
    await expect(create(properties)).rejects.toThrow(message);
  });
});
