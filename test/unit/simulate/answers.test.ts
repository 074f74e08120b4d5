import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { capacityAnswer, capacityText } from '../../../simulate/capacity/answer.ts';
import { type Comparison, verdictsOf } from '../../../simulate/compare/goals.ts';
import { shapeTable, verdictTable } from '../../../simulate/compare/table.ts';
import { drawChart } from '../../../simulate/draw/chart.ts';
import type { Figures } from '../../../simulate/measure.ts';
import { readOptions } from '../../../simulate/options.ts';
import { pricesOf } from '../../../simulate/price.ts';
import { SHAPES, workOf } from '../../../simulate/shapes/shapes.ts';
import { readStage } from '../../../simulate/stage.ts';

const COMMAND = fileURLToPath(new URL('../../../simulate/main.ts', import.meta.url));

function figures(name: string, p95: number, dollars: number): Figures {
  return { name, p50: p95 / 2, p95, max: p95, taskSeconds: 1, dollars, peakTasks: 1, launches: 1, responded: 0 };
}

function comparison(shape: string, ...rows: readonly Figures[]): Comparison {
  return new Map([[shape, new Map(rows.map((row) => [row.name, row]))]]);
}

describe('the loads', () => {
  it.each(SHAPES.map((shape) => [shape.name, shape] as const))(
    '%s is the same for a seed, in order, within its time',
    (_name, shape) => {
      const work = workOf(shape, 2, 3);
      expect(workOf(shape, 2, 3)).toEqual(work);
      expect(work.arrivals.length).toBeGreaterThan(5);
      expect(work.arrivals.toSorted()).toEqual(work.arrivals);
      expect(work.arrivals.at(-1)).toBeLessThanOrEqual(work.horizon);
      expect(work.durations).toHaveLength(work.arrivals.length);
    },
  );
});

describe('a goal', () => {
  const ours = 'Slipway latency';
  const burst = (p95: number) =>
    verdictsOf(comparison('burst', figures(ours, p95, 1), figures('reactive oracle', 40, 1)), 'none')[0];

  it('is met at its limit and missed above it, with a reason', () => {
    expect(burst(52)).toMatchObject({ value: 1.3, met: true, reason: undefined });
    expect(burst(53)).toMatchObject({ met: false });
    expect(burst(53)?.reason).toBeTruthy();
  });

  it('of the first responder is one of seconds and of a warm task', () => {
    const rows = comparison('trickle', figures('R', 2, 0.004), figures('CPU 60 %, one minute', 1, 0.2));
    expect(verdictsOf(rows, 'R').map(({ value, unit, met }) => [value, unit, met])).toEqual([
      [2, 'seconds', true],
      [0.02, 'ratio', false],
    ]);
  });

  it('is printed as missed when it is', () => {
    const verdict = { goal: 'g', value: 2, limit: 1, unit: 'ratio', met: false, reason: 'because' } as const;
    expect(verdictTable([verdict])).toMatch(/g\s+2\.00\s+≤ 1\.00\s+MISSED: because/);
  });
});

it('marks what a peer does better', () => {
  const table = shapeTable([
    figures('clairvoyant', 1, 1),
    figures('Slipway latency', 50, 2),
    figures('cheap', 60, 1.5),
    figures('fast', 40, 3),
    figures('both', 40, 1),
    figures('neither', 60, 3),
  ]);
  const line = (name: string) => table.split('\n').find((each) => each.startsWith(name)) ?? '';
  expect(line('cheap')).toMatch(/◄ cheaper$/);
  expect(line('fast')).toMatch(/◄ faster$/);
  expect(line('both')).toMatch(/◄ faster and cheaper$/);
  expect(line('neither')).not.toMatch(/◄/);
});

describe('a stage', () => {
  it('gives the numbers of its template', async () => {
    const stage = await readStage('dev', ['taskCpu=2048', 'taskMemory=4096', 'latencyTarget=90']);
    expect(stage).toMatchObject({ slots: 3, maxTasks: 4, latencyTarget: 90, idleSeconds: 300, holdSeconds: 60 });
    const one = pricesOf(await readStage('dev', []));
    expect(pricesOf(stage).taskSecond).toBeCloseTo(2 * one.taskSecond - 0.005 / 3600, 12);
  });

  it.each([
    ['nowhere', [], 'There is no stage "nowhere"; expected one of: dev, prod.'],
    ['dev', ['maxTask=3'], /^--param maxTask=3: expected NAME=VALUE, where NAME is one of /],
    ['dev', ['maxTasks=many'], 'Stage parameter maxTasks is "many"; expected a whole number from 1 to 5000.'],
  ])('%s %j is refused with one sentence', async (name, params, sentence) => {
    await expect(readStage(name, params)).rejects.toThrow(sentence);
  });
});

describe('the capacity', () => {
  it('is bound first by what a new account has, then by the stage', async () => {
    const stage = await readStage('prod', []);
    const { bounds, tasks } = capacityAnswer(10_000, 0.5, stage);
    expect(tasks).toBe(3334);
    expect(bounds.slice(0, 2).map(({ name }) => name)).toEqual([
      'Fargate vCPUs of a new account',
      'stage parameter maxTasks',
    ]);
    expect(bounds.map(({ bindsAt }) => bindsAt)).toEqual(
      bounds.map(({ bindsAt }) => bindsAt).toSorted((a, b) => a - b),
    );
    for (const { needed, limit, bindsAt } of bounds) expect(needed > limit).toBe(bindsAt < 10_000);
  });

  it('tells every quota with its source', async () => {
    const stage = await readStage('prod', ['maxTasks=5000']);
    const text = capacityText(capacityAnswer(10, 0.5, stage), stage);
    expect(text).toMatch(/SQS messages in flight\s+120,000 messages/);
    expect(text).not.toMatch(/✗|NaN|undefined/);
  });
});

it('a chart is one well-formed picture with its curves', () => {
  const curve = { name: 'a', colour: '#123456', values: [0, 1, 5, 2] };
  const svg = drawChart({
    title: 'T',
    panels: [{ title: 'P', curves: [curve, { ...curve, name: 'b', dashed: true }] }],
  });
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 860 \d+"/);
  expect(svg.match(/stroke="#123456"/g)).toHaveLength(4);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg.trimEnd()).toMatch(/<\/svg>$/);
});

describe('the command', () => {
  const simulate = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [COMMAND, ...args]).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );

  it.each([
    [['--shape', 'square'], /^There is no load "square"; expected one of: burst, /],
    [['--latency', 'soon'], /^--latency is "soon"; expected a number from 1 to 86,400\.$/],
    [['--responder', '1'], /^--responder is "1"; expected 0, or a number from 2 to 1000\.$/],
    [['--load', 'a.csv', '--compare'], /^--load and --compare are two questions; expected one\.$/],
    [['--fast'], /^Unknown option '--fast'; --help lists the options\.$/],
  ])('%j is refused with one sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });

  it('says what is wrong in one line, and ends with 1', async () => {
    const { code, stdout, stderr } = await simulate('--stage', 'nowhere');
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'slipway: There is no stage "nowhere"; expected one of: dev, prod.\n',
    });
  });

  it('answers on a load as JSON', async () => {
    const { code, stdout } = await simulate('--shape', 'burst', '--seeds', '1', '--responder', '5', '--json');
    expect(code).toBe(0);
    const { loads } = JSON.parse(stdout);
    expect(loads[0].rows.map(({ name }: Figures) => name)).toEqual([
      'clairvoyant',
      'reactive oracle',
      'Slipway latency',
      'Slipway latency, responder 5',
    ]);
  });
});
