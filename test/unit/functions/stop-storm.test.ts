import { expect, it } from 'vitest';
import { jobOf } from '../../../core/job.ts';
import { readLaunchEnvironment } from '../../../core/launch.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { catchUpAlerts, onTaskStopped } from '../../../functions/on-task-stopped.ts';
import { functionPorts } from '../../support/function-ports.ts';
import { EXITED, LARGE_JOB, launchedDetail, SERVICE_DETAIL, taskEvent } from '../../support/task-stops.ts';

const MINUTE = 60_000;
const arnOf = (id: number) => `arn:aws:ecs:us-east-1:123456789012:task/main/${id.toString(16).padStart(32, '0')}`;

/** A small world: tasks that stop a minute after their launch, messages that come when their delay is over. */
function storm(seed = 1) {
  const world = functionPorts();
  let random = seed;
  world.ports.random = () => {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  };
  const due: { at: number; run: () => Promise<void> }[] = [];
  /** Minutes of every retry. */
  const retries: number[] = [];
  let tasks = 0;
  const started = world.state.now;
  world.ports.launcher.launch = async (request) => {
    retries.push(Math.floor((world.state.now - started) / MINUTE));
    stopLater(readLaunchEnvironment(request.changes.environment));
    return { kind: 'started', taskArn: arnOf(tasks), stopped: false };
  };

  function stopLater(launched: object) {
    const taskArn = arnOf(++tasks);
    const event = taskEvent({ ...EXITED, ...launchedDetail(launched), taskArn }, { exitCode: 1 });
    due.push({ at: world.state.now + MINUTE, run: () => stop({ ...event, id: taskArn }) });
  }
  async function stop(event: object) {
    const state = taskStateChangeSchema.parse(event);
    await onTaskStopped(state, world.ports);
    await catchUpAlerts(state, world.ports);
    for (const { body, attributes, delaySeconds = 0 } of world.launches.splice(0)) {
      const stringValue = attributes?.launch;
      const Records = [{ messageId: `m${due.length}`, body, messageAttributes: { launch: { stringValue } } }];
      const batch = launchBatchSchema.parse({ Records });
      const run = async () => void (await onObjectCreated(batch, world.ports));
      due.push({ at: world.state.now + 1000 * delaySeconds, run });
    }
  }
  /** Runs until nothing moves any more. */
  async function run() {
    while (due.length > 0) {
      due.sort((a, b) => b.at - a.at);
      const next = due.pop();
      world.state.now = Math.max(world.state.now, next?.at ?? 0);
      await next?.run();
    }
  }
  return { ...world, started, retries, stop, stopLater, run };
}

it('a thousand tasks that fail in a minute make two retries each, spread, and hardly any e-mails', async () => {
  const { outcomes, alerts, deadLetters, retries, stopLater, run, state, started } = storm();
  for (let index = 0; index < 1_000; index += 1) {
    stopLater({ job: jobOf({ ...LARGE_JOB.source, key: `scans/${index}.tif` }), attempt: 1 });
    state.now += 60;
  }
  await run();
  expect(outcomes.size).toBe(1_000);
  expect(new Set([...outcomes.values()].map(({ reason }) => reason))).toEqual(new Set(['attempts-exhausted']));
  expect(deadLetters).toHaveLength(1_000);
  expect(retries).toHaveLength(2_000);
  const minutes = Object.values(Object.groupBy(retries, (minute) => minute)).map((each) => each?.length ?? 0);
  // The budget's 200 may come at once; what is queued comes over a quarter of an hour.
  expect(Math.max(...minutes)).toBeLessThan(350);
  const hours = (state.now - started) / 3_600_000;
  expect(alerts.length).toBeLessThanOrEqual(Math.ceil(4 * hours) + 1);
  expect(alerts.some(({ body }) => /\d+ more tasks/.test(body))).toBe(true);
}, 30_000);

it('ten thousand stops of a service are one e-mail of a class in a quarter of an hour', async () => {
  const { alerts, stop, state } = storm();
  for (let index = 0; index < 10_000; index += 1) {
    const taskArn = arnOf(index);
    const exitCode = index % 2 === 0 ? 1 : 137;
    await stop({ ...taskEvent({ ...EXITED, ...SERVICE_DETAIL, taskArn }, { exitCode }), id: taskArn });
    state.now += 360;
  }
  // An hour, two classes, and the quarter of an hour that it began in.
  expect(alerts.length).toBeGreaterThan(2);
  expect(alerts.length).toBeLessThanOrEqual(2 * 5);
}, 30_000);
