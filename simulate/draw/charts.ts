import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Series } from '../engine/run.ts';
import type { Contender } from '../measure.ts';
import type { Work } from '../work.ts';
import { type Chart, type Curve, drawChart } from './chart.ts';

/** Colours that can be told apart, the shipped policy's first. */
const COLOURS = ['#2368a0', '#a35a1c', '#b0487e', '#2f7d5b', '#5b55b5'];

/** The seconds of a run that a chart shows. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Runs the contenders on the work and draws backlog, tasks and age. */
export function chartOf(title: string, work: Work, contenders: readonly Contender[], stretch?: Stretch): Chart {
  const lines = contenders.map(({ name, policy, setting }, index) => ({
    name,
    colour: COLOURS[index % COLOURS.length] ?? '#24292f',
    series: run(work, policy, setting, 1, true).series,
  }));
  const curves = (pick: (series: Series) => readonly number[]): Curve[] =>
    lines.flatMap(({ name, colour, series }) =>
      series === undefined ? [] : [{ name, colour, values: pick(series).slice(stretch?.from ?? 0, stretch?.to) }],
    );
  return {
    title,
    panels: [
      { title: 'messages that wait', curves: curves(({ visible }) => visible) },
      { title: 'tasks that run', curves: curves(({ running }) => running) },
      { title: 'age of the oldest message that waits, seconds', curves: curves(({ age }) => age) },
    ],
  };
}

/** Writes a chart as `scaling-NAME.svg` into the folder; gives its path. */
export async function writeChart(directory: string, name: string, chart: Chart): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `scaling-${name}.svg`);
  await writeFile(path, drawChart(chart));
  return path;
}
