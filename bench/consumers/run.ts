import { type Child, startChild } from '../child.ts';
import type { Area, Goal, Plan, Table } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { figuresOf, interleave } from '../samples.ts';
import type { ContestantName } from './contestant.ts';
import { type Drained, drain } from './measure.ts';

type Samples = ReadonlyMap<ContestantName, readonly Drained[]>;

const LABELS: Partial<Record<ContestantName, string>> = {
  ours: 'Slipway, heartbeats and protection on',
  'sdk-loop': 'bare SDK loop, 16 pollers',
  'signed-http': 'signed node:http, 16 pollers (limit)',
  'sqs-consumer-defaults': 'sqs-consumer 15, defaults',
  'sqs-consumer-messages': 'sqs-consumer, batch 10, handleMessage',
  'sqs-consumer-batch': 'sqs-consumer, batch 10, handleMessageBatch',
  'sqs-consumer-pool': 'sqs-consumer, 16 instances of that',
  'sqs-consumer-singles': 'sqs-consumer, 10 instances, batch 1',
};

const DRAINING: readonly ContestantName[] = [
  'ours',
  'sdk-loop',
  'signed-http',
  'sqs-consumer-batch',
  'sqs-consumer-pool',
];
const SLOW: readonly ContestantName[] = ['sqs-consumer-defaults', 'sqs-consumer-messages'];
const WAITING: readonly ContestantName[] = ['ours', 'sqs-consumer-batch', 'sqs-consumer-singles'];

/** Messages that a contestant may hold at once: 16 receives of ten. */
const SLOTS = 160;

/** Consumers that do nothing with their messages, and consumers whose handlers wait. */
export async function consumers(plan: Plan): Promise<Area> {
  const stub = await startChild<number>('consumers/stub.ts');
  try {
    const names = plan.quick ? DRAINING : [...DRAINING, ...SLOW];
    const near = await drains(stub, plan, names, 0);
    const far = await drains(stub, plan, names, 10);
    const slots = await waits(stub, plan);
    return {
      name: 'consumers',
      title: 'Draining a queue',
      text: TEXT,
      tables: [drainTable(names, near, far), slotTable(slots)],
      charts: [
        chart('drain-0-ms', 'Messages a second, no latency', names, near),
        chart('drain-10-ms', 'Messages a second, 10 ms of latency', names, far),
      ],
      goals: [...drainGoals(near, far), ...slotGoals(slots)],
    };
  } finally {
    await stub.end();
  }
}

type Stub = Child & { readonly word: number };

function drains(stub: Stub, plan: Plan, names: readonly ContestantName[], latencyMs: number): Promise<Samples> {
  return interleave(names, plan.rounds, (contestant) => {
    plan.progress(`${contestant}, ${latencyMs} ms`);
    return drain(stub, { contestant, slots: SLOTS, workMs: 0, latencyMs }, plan.quick ? 1_000 : 2_500);
  });
}

function waits(stub: Stub, plan: Plan): Promise<Samples> {
  return interleave(WAITING, plan.rounds, (contestant) => {
    plan.progress(`${contestant}, handlers of 100 ms`);
    return drain(stub, { contestant, slots: 10, workMs: 100, latencyMs: 0 }, plan.quick ? 3_000 : 8_000);
  });
}

function drainTable(names: readonly ContestantName[], near: Samples, far: Samples): Table {
  const rates = [near, far].map((samples) => figuresOf(samples, (drained) => drained.messagesPerSecond));
  const costs = figuresOf(near, (drained) => drained.cpuPerMessage);
  const calls = figuresOf(near, (drained) => drained.callsPerMessage);
  return {
    head: ['consumer', 'msg/s, 0 ms', 'µs of CPU per message', 'calls per message', 'msg/s, 10 ms'],
    rows: names.map((name) => [
      LABELS[name] ?? name,
      figure(rates[0]?.median(name)),
      figure(costs.median(name)),
      figure(calls.median(name)),
      figure(rates[1]?.median(name)),
    ]),
  };
}

function slotTable(samples: Samples): Table {
  const use = figuresOf(samples, (drained) => drained.slotUse);
  const calls = figuresOf(samples, (drained) => drained.callsPerMessage);
  const rate = figuresOf(samples, (drained) => drained.messagesPerSecond);
  return {
    head: ['10 slots, handlers of 100 ms, CV 1', 'slots at work', 'calls per message', 'msg/s'],
    rows: WAITING.map((name) => [
      LABELS[name] ?? name,
      figure(use.median(name)),
      figure(calls.median(name)),
      figure(rate.median(name)),
    ]),
  };
}

function chart(name: string, title: string, names: readonly ContestantName[], samples: Samples) {
  const rate = figuresOf(samples, (drained) => drained.messagesPerSecond);
  const bars = names.map((contestant) => ({
    label: LABELS[contestant] ?? contestant,
    value: rate.median(contestant),
    kind:
      contestant === 'ours' ? ('ours' as const) : contestant === 'signed-http' ? ('limit' as const) : ('peer' as const),
  }));
  return { name, title, unit: 'one process, messages of 1 kB, nothing done with them', bars };
}

/** By profiles and by calls of the SDK without a network: of Slipway's processor time, each of the two is 3 %. */
const RECEIPTS =
  'the processor is the limit, all but 3 % of whose time is the SDK’s and Node’s, and the SDK takes 3 % more to read the receive count of each message, which the bare loop does not ask for';

function drainGoals(near: Samples, far: Samples): Goal[] {
  const rates = {
    near: figuresOf(near, (each) => each.messagesPerSecond),
    far: figuresOf(far, (each) => each.messagesPerSecond),
  };
  const cost = figuresOf(near, (each) => each.cpuPerMessage);
  return [
    {
      what: 'messages a second against sqs-consumer’s best single instance, 0 ms',
      value: rates.near.ratio('ours', 'sqs-consumer-batch'),
      bound: { atLeast: 2.5 },
    },
    {
      what: 'messages a second against sqs-consumer’s best pool, 10 ms',
      value: rates.far.ratio('ours', 'sqs-consumer-pool'),
      bound: { atLeast: 1.5 },
      reason: RECEIPTS,
    },
    {
      what: 'messages a second against a bare SDK loop, 0 ms',
      value: rates.near.ratio('ours', 'sdk-loop'),
      bound: { atLeast: 0.9 },
    },
    {
      what: 'messages a second against a bare SDK loop, 10 ms',
      value: rates.far.ratio('ours', 'sdk-loop'),
      bound: { atLeast: 0.9 },
      reason: RECEIPTS,
    },
    {
      what: 'messages per second of processor time against a bare SDK loop',
      value: cost.ratio('sdk-loop', 'ours'),
      bound: { atLeast: 0.9 },
      reason: RECEIPTS,
    },
  ];
}

function slotGoals(samples: Samples): Goal[] {
  const use = figuresOf(samples, (each) => each.slotUse);
  const calls = figuresOf(samples, (each) => each.callsPerMessage);
  return [
    { what: 'slots at work, handlers of 100 ms', value: use.median('ours'), bound: { atLeast: 0.95 }, slack: 1.1 },
    { what: 'calls per message of these', value: calls.median('ours'), bound: { atMost: 0.25 } },
  ];
}

const TEXT = `One process works an endless queue of messages of 1 kB. The queue is \`bench/consumers/stub.ts\`: it answers the calls of SQS from memory over
kept-alive connections, checks no signature, and adds 0 or 10 ms to each answer; signed \`node:http\`, the fastest consumer here, is what shows its
own limit. Slipway’s consumer runs as the worker makes it: leases renewed, task protection asked for, jobs that run alone let through. The
SDK’s own work (about a millisecond of processor time a call) is what limits all consumers but the last one.`;
