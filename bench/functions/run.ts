import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from '../../scripts/build.ts';
import { type Child, localEnvironment, startChild } from '../child.ts';
import type { Area, Plan } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { figuresOf, interleave } from '../samples.ts';
import { buildBare } from './bare.ts';
import type { ColdStart } from './cold-start.ts';

/** The functions and what wakes them. Those that go on by themselves (the scaler, the responder) have no first call of this kind. */
const EVENTS = {
  'on-object-created': 'object-created.json',
  'on-schedule': 'scheduled.json',
  'on-task-stopped': 'task-stopped-memory-kill.json',
} as const;
type FunctionName = keyof typeof EVENTS;

const output = fileURLToPath(new URL('../.build/', import.meta.url));
const events = fileURLToPath(new URL('../../functions/events/', import.meta.url));
const ARN = 'arn:aws:ecs:us-east-1:000000000000:task-definition/slipway-dev-job:1';

/** What the template gives the functions. */
const ENVIRONMENT = {
  STAGE: 'dev',
  CLUSTER: 'cluster',
  SUBNETS: 'subnet-1',
  SECURITY_GROUPS: 'sg-1',
  ASSIGN_PUBLIC_IP: 'ENABLED',
  CAPACITY: 'FARGATE',
  INBOX_BUCKET: 'slipway-dev-inboxbucket-3d260f700dee',
  RESULTS_BUCKET: 'results',
  TASK_DEFINITION: ARN,
  SWEEP_TASK_DEFINITION: ARN,
  SMALLEST_CPU: '1024',
  SMALLEST_MEMORY: '2048',
  ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
  POWERTOOLS_SERVICE_NAME: 'bench',
};

type Mock = Child & { readonly word: number };

/** First calls of the functions beside bundles that make the same calls of AWS, and nothing else. */
export async function functions(plan: Plan): Promise<Area> {
  await build({ output });
  const mock = await startChild<number>('functions/mock-aws.ts');
  try {
    const names = Object.keys(EVENTS) as FunctionName[];
    const calls = new Map<FunctionName, readonly string[]>();
    for (const name of names) calls.set(name, await prepareBare(name, mock));
    const contestants = names.flatMap((name) => [`${name}`, `${name} bare`]);
    const samples = await interleave(contestants, plan.quick ? 9 : plan.rounds * 3, (contestant) => {
      plan.progress(contestant);
      return coldStart(contestant, mock);
    });
    const cost = figuresOf(samples, (each) => each.cpuMs);
    const time = figuresOf(samples, (each) => each.milliseconds);
    const sizes = new Map(
      await Promise.all(contestants.map(async (each) => [each, (await stat(bundleOf(each))).size] as const)),
    );
    return {
      name: 'functions',
      title: 'First calls of the functions',
      text: TEXT,
      tables: [
        {
          head: ['function', 'calls of AWS', 'bundle, kB', 'bare, kB', 'ms', 'bare, ms', 'CPU ms', 'bare, CPU ms'],
          rows: names.map((name) => [
            name,
            (calls.get(name) ?? []).join(', '),
            ...[name, `${name} bare`].map((each) => figure((sizes.get(each) ?? 0) / 1_000)),
            ...[name, `${name} bare`].map((each) => figure(time.median(each))),
            ...[name, `${name} bare`].map((each) => figure(cost.median(each))),
          ]),
        },
      ],
      charts: [],
      goals: names.map((name) => ({
        what: `${name}: loading and first call against the bare bundle, processor time`,
        value: cost.ratio(name, `${name} bare`),
        bound: { atMost: 1.2 },
        reason: 'middy, the logger and zod on top of the clients',
      })),
    };
  } finally {
    await mock.end();
  }
}

/** Calls the function once to learn which calls it makes, and builds a bundle that makes the same. */
async function prepareBare(name: FunctionName, mock: Mock): Promise<readonly string[]> {
  await mock.ask({});
  await coldStart(name, mock);
  const asked = await mock.ask<string[]>({});
  await buildBare(asked, bundleOf(`${name} bare`));
  return asked;
}

function bundleOf(contestant: string): string {
  const [name, bare] = contestant.split(' ');
  return `${output}${bare === undefined ? 'functions' : 'bare'}/${name}.mjs`;
}

async function coldStart(contestant: string, mock: Mock): Promise<ColdStart> {
  const [name = ''] = contestant.split(' ');
  const endpoint = `http://127.0.0.1:${mock.word}`;
  const queues = Object.fromEntries(
    ['LAUNCH_QUEUE_URL', 'LAUNCH_DEAD_LETTER_QUEUE_URL'].map((each) => [each, `${endpoint}/000000000000/${each}`]),
  );
  const environment = { ...localEnvironment(endpoint), ...ENVIRONMENT, ...queues };
  const args = [bundleOf(contestant), `${events}${EVENTS[name as FunctionName]}`];
  const child = await startChild<ColdStart>('functions/cold-start.ts', args, environment);
  await child.end();
  return child.word;
}

const TEXT = `Each function’s bundle is loaded and called once in a fresh process, against a mock that answers at once; Node’s own start is left out, which is Lambda’s.
The bare bundle is made of the same clients, by the same bundler, and makes the same calls one after the other. It holds all that the clients bring;
the functions’ own leave out the ways to credentials that Lambda has no use for, which pays for a part of middy, the logger and zod.`;
