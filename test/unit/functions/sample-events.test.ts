import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { onSchedule, tickSchema } from '../../../functions/on-schedule.ts';
import { onTaskStopped } from '../../../functions/on-task-stopped.ts';
import { scaleEventSchema } from '../../../functions/scale-event.ts';
import { functionPorts } from '../../support/function-ports.ts';

const FOLDER = new URL('../../../functions/events/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));

const EXPECTED: Record<string, object> = {
  'object-created.json': { started: 1, aside: 0 },
  'object-created-malformed.json': { started: 0, aside: 1 },
  'scheduled.json': { launched: true },
  'scale-tick.json': { kind: 'tick' },
  'scale-upload.json': { kind: 'wake' },
  'task-stopped.json': { failed: 'attempts-exhausted', alerted: 'job-attempts-exhausted' },
  'task-stopped-memory-kill.json': { relaunched: 'arn:task/1', alerted: 'job-memory-kill' },
  'task-stopped-spot.json': { stopClass: 'lost', relaunched: 'arn:task/1' },
  'task-stopped-failed-to-start.json': { failed: 'task-start-failed', alerted: 'job-task-start-failed' },
  'task-stopped-service-killed.json': { owner: 'service', alerted: 'service-killed' },
  'task-stopped-service-scale-in.json': { owner: 'service', stopClass: 'asked' },
};

async function happens(name: string): Promise<object> {
  const { ports, requests, deadLetters } = functionPorts();
  const event = read(name);
  if (name.startsWith('task-stopped')) return onTaskStopped(taskStateChangeSchema.parse(event), ports);
  if (name.startsWith('scale-')) return scaleEventSchema.parse(event);
  if (name.startsWith('scheduled')) return onSchedule(tickSchema.parse(event), ports);
  const inbox = 'slipway-dev-inboxbucket-3d260f700dee';
  await onObjectCreated(launchBatchSchema.parse(event), { ...ports, inbox });
  return { started: requests.length, aside: deadLetters.length };
}

it('has an expectation for every sample', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(EXPECTED).sort());
});

it.each(Object.entries(EXPECTED))('%s does what its name says', async (name, expected) => {
  expect(await happens(name)).toMatchObject(expected);
});
