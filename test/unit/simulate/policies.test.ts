import { describe, expect, it } from 'vitest';
import type { View } from '../../../simulate/engine/policy.ts';
import { run } from '../../../simulate/engine/run.ts';
import { clairvoyant } from '../../../simulate/policies/clairvoyant.ts';
import { keda } from '../../../simulate/policies/keda.ts';
import { latency, oracle, unlearnt } from '../../../simulate/policies/latency.ts';
import { createMetric } from '../../../simulate/policies/metric.ts';
import { readNativePolicies } from '../../../simulate/policies/native.ts';
import { PEERS } from '../../../simulate/policies/peers.ts';
import { stepScale } from '../../../simulate/policies/step-scaling.ts';
import { trackTarget } from '../../../simulate/policies/target-tracking.ts';
import { together } from '../../../simulate/policies/together.ts';
import { createRandom } from '../../../simulate/random.ts';
import { readStage } from '../../../simulate/stage.ts';
import { SETTING, viewAt, workAt } from './settings.ts';

const AT_ONCE = [0, 0] as const;

/** Calls a policy for each second; gives the seconds at which the desired count changed, and to what. */
function play(policy: (view: View) => number, seconds: number, view: (second: number) => Partial<View>, desired = 1) {
  const changes: [second: number, tasks: number][] = [];
  let count = desired;
  for (let second = 1; second <= seconds; second++) {
    const wanted = policy(viewAt(second, { ...view(second), desired: count }));
    if (wanted !== count) changes.push([second, wanted]);
    count = wanted;
  }
  return changes;
}

describe('a metric', () => {
  const values = (statistic: 'average' | 'maximum' | 'last') => {
    const options = { period: 10, statistic, lag: [5, 5] as const, value: ({ visible }: View) => visible };
    const metric = createMetric(options, createRandom(1));
    for (let second = 1; second <= 100; second++) metric.tick(viewAt(second, { visible: second % 10 }));
    return metric.last(3);
  };

  it('has one datapoint a period', () => {
    expect(values('average')).toEqual([4.5, 4.5, 4.5]);
    expect(values('maximum')).toEqual([9, 9, 9]);
  });

  it('shows a datapoint only after its delay, and none of a period without samples', () => {
    const seen = createMetric(
      { period: 10, statistic: 'last', lag: [30, 30], value: ({ visible }) => visible },
      createRandom(1),
    );
    for (let second = 1; second <= 25; second++) seen.tick(viewAt(second, { visible: 1 }));
    expect(seen.last(9)).toEqual([]);
    const absent = createMetric(
      { period: 10, statistic: 'last', lag: AT_ONCE, value: () => Number.NaN },
      createRandom(1),
    );
    for (let second = 1; second <= 50; second++) absent.tick(viewAt(second));
    expect(absent.last(9)).toEqual([]);
  });
});

describe('target tracking', () => {
  const policy = (outCooldown = 300) =>
    trackTarget(
      {
        ...{ target: 0.5, period: 60, lag: AT_ONCE, outCooldown, inCooldown: 300, inPoints: 15 },
        value: ({ busyShare }: View) => busyShare,
      },
      createRandom(2),
    );

  it('goes out in proportion after three minutes above its target, and once in a cooldown', () => {
    const changes = play(policy(), 400, () => ({ busyShare: 1 }), 4);
    expect(changes.map(([, tasks]) => tasks)).toEqual([8]);
    expect(changes[0]?.[0]).toBeGreaterThan(120);
    expect(changes[0]?.[0]).toBeLessThanOrEqual(300);
  });

  it('goes in after fifteen minutes below nine tenths of it', () => {
    expect(play(policy(), 800, () => ({ busyShare: 0.1 }), 10)).toEqual([]);
    expect(play(policy(), 1100, () => ({ busyShare: 0.1 }), 10).map(([, tasks]) => tasks)).toEqual([2]);
    expect(play(policy(), 1100, () => ({ busyShare: 0.46 }), 10)).toEqual([]);
  });

  it('adds the first task to none', () => {
    expect(play(policy(), 300, () => ({ busyShare: 9 }), 0)[0]?.[1]).toBe(1);
  });
});

describe('step scaling', () => {
  const steps = [
    { from: 100, change: 1 },
    { from: 500, change: 5 },
  ];
  const policy = (direction: 'out' | 'in' = 'out') =>
    stepScale(
      {
        ...{ direction, threshold: direction === 'out' ? 100 : 0, period: 60, statistic: 'maximum', lag: AT_ONCE },
        ...{ evaluations: 1, cooldown: 300, value: ({ visible }: View) => visible },
        steps: direction === 'out' ? steps : [{ from: 0, change: -1 }],
      },
      createRandom(3),
    );

  it('takes the step of the value, and within the cooldown only what a larger one adds', () => {
    const changes = play(policy(), 290, (second) => ({ visible: second < 120 ? 200 : 900 }));
    expect(changes.map(([, tasks]) => tasks)).toEqual([2, 6]);
  });

  it('takes the next step when the cooldown is over', () => {
    expect(play(policy(), 500, () => ({ visible: 200 })).map(([, tasks]) => tasks)).toEqual([2, 3]);
  });

  it('takes one away at a time', () => {
    expect(play(policy('in'), 500, () => ({ visible: 0 }), 9).map(([, tasks]) => tasks)).toEqual([8, 7]);
  });
});

it('several policies of a service: more wins, and less needs all of them', () => {
  const view = viewAt(1, { desired: 5 });
  expect(
    together(
      () => 5,
      () => 9,
    ).tick(view),
  ).toBe(9);
  expect(
    together(
      () => 2,
      () => 9,
    ).tick(view),
  ).toBe(9);
  expect(
    together(
      () => 5,
      () => 3,
    ).tick(view),
  ).toBe(3);
});

describe('KEDA', () => {
  const scaling = () => keda({ pollSeconds: 30, perTask: 5, ageSeconds: 0 }, createRandom(4));

  it('wakes by its poll, doubles at most, and waits five minutes before it goes', () => {
    const { tick } = scaling();
    const changes = play(tick, 800, (second) => ({ visible: second < 100 ? 200 : 0 }), 0);
    const counts = changes.map(([, tasks]) => tasks);
    expect(counts).toEqual([1, 5, 10, 20, 40, 0]);
    expect(changes.at(-1)?.[0]).toBeGreaterThanOrEqual(360);
  });
});

describe('the shipped policy', () => {
  const burst = workAt(
    Array.from({ length: 600 }, (_, index) => 120 + index / 100),
    0.5,
    { horizon: 900 },
  );

  it('wakes within seconds of the first message and ends at zero', () => {
    const { series } = run(burst, latency, SETTING, 1, true);
    expect(series?.desired[124]).toBeGreaterThan(0);
    expect(series?.desired.at(-1)).toBe(0);
  });

  it('does nearly as well as one with perfect eyes, and the clairvoyant better than both', () => {
    const p95 = (policy: typeof latency) => run(burst, policy, SETTING, 1).ages.toSorted()[570] ?? 0;
    expect(p95(latency)).toBeLessThan(1.5 * p95(oracle));
    expect(p95(clairvoyant)).toBeLessThan(0.5 * p95(oracle));
  });

  it('learns what slow jobs are from the reports of its workers', () => {
    const slow = workAt(
      Array.from({ length: 100 }, (_, index) => 120 + index / 10),
      20,
      { horizon: 1200 },
    );
    const learnt = run(slow, latency, SETTING, 1);
    const fresh = run(slow, unlearnt, SETTING, 1);
    expect(fresh.peakTasks).toBeLessThanOrEqual(learnt.peakTasks);
    expect(fresh.doneAt).toBeGreaterThan(learnt.doneAt);
    expect(fresh.peakTasks).toBeGreaterThan(5);
  });
});

describe('what is compared', () => {
  it('has the template’s own policies, with its numbers', async () => {
    const stage = await readStage('prod', ['maxTasks=64']);
    const [backlog, steps] = await readNativePolicies(stage);
    const deep = workAt(new Array<number>(9000).fill(30), 0.5, { horizon: 600 });
    const setting = { ...SETTING, maxTasks: stage.maxTasks };
    expect(steps && run(deep, steps, setting, 1).peakTasks).toBe(64);
    expect(backlog && run(deep, backlog, setting, 1).peakTasks).toBeGreaterThan(1);
  });

  it('works every peer through a load to its end', () => {
    const work = workAt(
      Array.from({ length: 300 }, (_, index) => 10 + index),
      0.5,
    );
    for (const peer of PEERS) expect(Math.min(...run(work, peer, SETTING, 1).ages), peer.name).toBeGreaterThan(0);
  });
});
