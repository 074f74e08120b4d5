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
 * empty, no launched task runs, no worker says that it is busy. False when the deadline came first.
 */
export async function settle(stack: Stack, expected: () => ReadonlySet<string>, deadline: number): Promise<boolean> {
  for (let sweeps = 0; Date.now() < deadline; sweeps += 1) {
    if (!(await quiet(stack, deadline))) return false;
    const settled = await settledJobs(stack);
    if (sweeps > 0 && [...expected()].every((jobId) => settled.has(jobId))) return true;
    await sweep(stack);
  }
  return false;
}

async function quiet(stack: Stack, deadline: number): Promise<boolean> {
  for (let looks = 0; looks < QUIET_LOOKS; ) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
    looks = (await isQuiet(stack)) ? looks + 1 : 0;
  }
  return true;
}

async function isQuiet(stack: Stack): Promise<boolean> {
  const depths = await queueDepths(stack);
  if (depths.some(({ visible, inFlight }) => visible + inFlight > 0)) return false;
  const busy = [activeTasks(stack, 'job'), activeTasks(stack, 'sweep'), protectedTasks(stack)];
  return (await Promise.all(busy)).flat().length === 0;
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
