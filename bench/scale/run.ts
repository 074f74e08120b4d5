import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalStack, openStack } from '../../test/support/local-stack.ts';
import { makeHome, removeHome, startTestSystem } from '../../test/support/local-system.ts';
import { drawSmall } from '../pictures/sources.ts';
import { memoryOf } from '../process-use.ts';
import type { Area, Plan } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { median } from '../samples.ts';

/** Objects of one step of the table. */
const STEP = 1_000;
/** Uploads at a time, and the most objects that wait. */
const LANES = 8;
const MOST_WAITING = 2_000;
const POLL_MS = 500;

/** One step. */
interface Step {
  readonly done: number;
  readonly seconds: number;
  /** Of the local system with all its tasks. */
  readonly memoryMiB: number;
}

/** Many small objects through the local system. */
export async function scale(plan: Plan): Promise<Area> {
  const home = await makeHome();
  const small = await readFile(await drawSmall(fileURLToPath(new URL('../node_modules/.cache', import.meta.url))));
  const system = await startTestSystem(home, ['--param', 'minTasks=1', '--param', 'maxTasks=1']);
  const stack = await openStack(system.url);
  try {
    const steps = await pushObjects(stack, small, plan, () => memoryOf(system.child.pid ?? 0));
    const outcomes = (await stack.keys('outcomes/')).length;
    plan.progress('sweep');
    const sweep = await sweepOnce(system.url, stack);
    return areaOf(steps, { outcomes, count: plan.count, sweep });
  } finally {
    stack.close();
    await system.stop();
    await removeHome(home);
  }
}

/** Uploads all objects, a bounded number ahead of the worker, and notes when each thousand was done. */
async function pushObjects(
  stack: LocalStack,
  content: Buffer,
  { count, progress }: Plan,
  memory: () => number,
): Promise<Step[]> {
  const steps: Step[] = [];
  let uploaded = 0;
  let done = 0;
  let from = performance.now();
  async function lane(): Promise<void> {
    while (uploaded < count) {
      uploaded += 1;
      await stack.upload(`small/${uploaded}.jpg`, content);
      while (uploaded - done > MOST_WAITING) await sleep(POLL_MS);
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  let over = false;
  const uploading = lanes.finally(() => {
    over = true;
  });
  uploading.catch(() => undefined);
  while (done < count) {
    await sleep(POLL_MS);
    if (over) await uploading;
    const { visible, held } = await stack.depth('JobQueueUrl');
    // What is under way from bucket to queue is as good as waiting: at the end the outcomes are counted themselves.
    done =
      over && visible + held === 0
        ? (await stack.keys('outcomes/')).length
        : Math.max(done, uploaded - visible - held - LANES);
    progress(`${done} of ${count}`);
    const last = steps.at(-1)?.done ?? 0;
    if (done < last + STEP && done < count) continue;
    const now = performance.now();
    steps.push({ done, seconds: (now - from) / 1000, memoryMiB: memory() });
    from = now;
  }
  return steps;
}

/** Invokes the schedule's function, and reads the report of the sweep that it launches. */
async function sweepOnce(
  endpoint: string,
  stack: LocalStack,
): Promise<{ milliseconds: number; scanned: number } | undefined> {
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const lambda = new LambdaClient(config);
  const s3 = new S3Client(config);
  try {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const FunctionName = Functions.find((each) => /on-?schedule/i.test(each.FunctionName ?? ''))?.FunctionName;
    if (FunctionName === undefined) return undefined;
    const before = new Set(await stack.keys('reports/'));
    await lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{}') }));
    for (;;) {
      const fresh = (await stack.keys('reports/')).find((key) => !before.has(key));
      if (fresh === undefined) {
        await sleep(POLL_MS);
        continue;
      }
      const answer = await s3.send(new GetObjectCommand({ Bucket: stack.output('ResultsBucketName'), Key: fresh }));
      const { milliseconds, scanned } = JSON.parse((await answer.Body?.transformToString()) ?? '{}');
      return { milliseconds, scanned };
    }
  } finally {
    lambda.destroy();
    s3.destroy();
  }
}

interface Found {
  readonly outcomes: number;
  readonly count: number;
  readonly sweep: { readonly milliseconds: number; readonly scanned: number } | undefined;
}

function areaOf(steps: readonly Step[], { outcomes, count, sweep }: Found): Area {
  const rates = steps.map((step, index) => (step.done - (steps[index - 1]?.done ?? 0)) / step.seconds);
  // The first steps have the start of the worker in them.
  const tenth = Math.max(1, Math.floor(rates.length / 10));
  const early = median(rates.slice(1, 1 + tenth));
  const late = median(rates.slice(-tenth));
  const enough = steps.length >= 4;
  const memory = steps.map(({ memoryMiB }) => memoryMiB);
  const sweepPer = sweep === undefined ? undefined : (sweep.milliseconds / 1000 / sweep.scanned) * 100_000;
  const shown = steps.filter(
    (_, index) => steps.length <= 12 || index % Math.ceil(steps.length / 12) === 0 || index === steps.length - 1,
  );
  return {
    name: 'scale',
    title: 'Many objects through the local system',
    text: `${figure(count)} small pictures go through the whole local system, from the bucket to their outcomes, with one worker; the uploader keeps ${figure(MOST_WAITING)} ahead of it at most. The sweep then looks at all of them${sweepPer === undefined ? '' : `: ${figure(sweepPer)} s for each 100,000 objects`}.`,
    tables: [
      {
        head: ['objects done', 'objects/s', 'memory of the whole system, MiB'],
        rows: shown.map((step) => [figure(step.done), figure(rates[steps.indexOf(step)]), figure(step.memoryMiB)]),
      },
    ],
    charts: [],
    goals: [
      { what: 'outcomes per object', value: outcomes / count, bound: { atLeast: 1 }, slack: 1 },
      {
        what: 'objects a second, last tenth against first',
        value: enough ? late / early : undefined,
        bound: { atLeast: 0.8 },
        reason: enough ? 'other programs ran on this machine' : 'too few objects to tell',
      },
      {
        what: 'memory at the end against a tenth of the way',
        value: enough ? (memory.at(-1) ?? 0) / (memory[tenth] ?? 1) : undefined,
        bound: { atMost: 1.25 },
        reason: 'too few objects to tell',
      },
      { what: 'seconds of the sweep for 100,000 objects', value: sweepPer, bound: { atMost: 600 } },
    ],
  };
}
