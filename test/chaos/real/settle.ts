import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { activeTasks, protectedTasks, queueDepths, resultKeys, settledJobs } from './observe.ts';
import type { Stack } from './stack.ts';

const POLL_MS = 300;
/** Looks in a row that must find nothing going on: between two steps of a job nothing may show for a moment. */
const QUIET_LOOKS = 3;
const SWEEP_TIMEOUT_MS = 20_000;

/**
 * Waits until nothing moves and a sweep after that finds nothing: every job of `expected` has its outcome, queues are
 * empty, no launched task runs, no worker says that it is busy. Gives back what still moved when the deadline came first.
 */
export async function settle(
  stack: Stack,
  expected: ReadonlySet<string>,
  deadline: number,
): Promise<string | undefined> {
  for (let sweeps = 0; ; sweeps += 1) {
    const moving = await waitForQuiet(stack, deadline);
    if (moving !== undefined) return moving;
    const settled = await settledJobs(stack);
    const open = [...expected].filter((jobId) => !settled.has(jobId));
    if (sweeps > 0 && open.length === 0) return undefined;
    if (Date.now() > deadline) return `${open.length} jobs without an outcome after ${sweeps} sweeps`;
    await sweep(stack);
  }
}

async function waitForQuiet(stack: Stack, deadline: number): Promise<string | undefined> {
  for (let looks = 0; looks < QUIET_LOOKS; ) {
    await sleep(POLL_MS);
    const moving = await whatMoves(stack);
    if (moving !== undefined && Date.now() > deadline) return moving;
    looks = moving === undefined ? looks + 1 : 0;
  }
  return undefined;
}

async function whatMoves(stack: Stack): Promise<string | undefined> {
  for (const { name, visible, inFlight } of await queueDepths(stack)) {
    if (visible + inFlight > 0) return `${visible} messages visible and ${inFlight} in flight behind ${name}`;
  }
  const [job, sweeping, busy] = await Promise.all([
    activeTasks(stack, 'job'),
    activeTasks(stack, 'sweep'),
    protectedTasks(stack),
  ]);
  const found = { 'launched tasks': job, sweeps: sweeping, 'protected workers': busy };
  const rest = Object.entries(found).filter(([, tasks]) => tasks.length > 0);
  return rest.length === 0 ? undefined : rest.map(([what, tasks]) => `${tasks.length} ${what}`).join(', ');
}

let ticks = 0;

/** A tick of the schedule, as EventBridge Scheduler would deliver it; waits for the sweep's report. */
export async function sweep(stack: Stack): Promise<void> {
  const before = (await resultKeys(stack, 'reports/')).length;
  const deadline = Date.now() + SWEEP_TIMEOUT_MS;
  // Each its own minute: a tick of the same time is the same sweep.
  ticks += 1;
  const scheduledTime = new Date(Date.now() + 60_000 * ticks).toISOString();
  await stack.lambda.send(
    new InvokeCommand({
      FunctionName: `${stack.name}-onSchedule`,
      InvocationType: 'Event',
      Payload: JSON.stringify({ scheduledTime }),
    }),
  );
  while (Date.now() < deadline && (await resultKeys(stack, 'reports/')).length === before) await sleep(POLL_MS);
}
