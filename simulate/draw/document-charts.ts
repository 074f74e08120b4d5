import type { Contender } from '../measure.ts';
import { SHAPES, worksOf } from '../shapes/shapes.ts';
import type { Stage } from '../stage.ts';
import { chartOf, type Stretch, writeChart } from './charts.ts';

/** The charts of docs/scaling.md: a load, who is in it, and its interesting stretch. */
const CHARTS: readonly { readonly shape: string; readonly policies: readonly string[]; readonly stretch?: Stretch }[] =
  [
    {
      shape: 'burst',
      policies: ['Slipway latency', 'KEDA, as it comes', 'CDK, tuned', 'AWS backlog per task'],
      stretch: { from: 570, to: 1170 },
    },
    {
      shape: 'spike',
      policies: ['Slipway latency', 'KEDA, as it comes', 'CPU 60 %, 20 seconds'],
      stretch: { from: 1740, to: 2700 },
    },
    { shape: 'diurnal', policies: ['Slipway latency', 'CPU 60 %, one minute', 'clairvoyant'] },
    {
      shape: 'minibursts',
      policies: ['Slipway latency', 'Slipway latency, responder 20', 'KEDA, as it comes'],
      stretch: { from: 270, to: 2070 },
    },
  ];

/** Draws the charts of docs/scaling.md into the folder. */
export async function writeDocumentCharts(
  directory: string,
  stage: Stage,
  contenders: readonly Contender[],
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { shape: name, policies, stretch } of CHARTS) {
    const shape = SHAPES.find((each) => each.name === name);
    const work = shape && worksOf(shape, stage.slots, 1).get(1);
    if (shape === undefined || work === undefined) continue;
    const drawn = policies.flatMap((policy) => contenders.find((each) => each.name === policy) ?? []);
    paths.push(await writeChart(directory, name, chartOf(shape.about, work, drawn, stretch)));
  }
  return paths;
}
