import { shapeTable } from '../compare/table.ts';
import { contender, ownContenders, settingOf } from '../contenders.ts';
import { chartOf, writeChart } from '../draw/charts.ts';
import { measure } from '../measure.ts';
import type { Options } from '../options.ts';
import { latency } from '../policies/latency.ts';
import { pricesOf } from '../price.ts';
import { SHAPES, worksOf } from '../shapes/shapes.ts';
import { premises, respondersOf, stageOf } from './stage-of.ts';

/** `npm run simulate`: the shipped policy on the loads, beside the best that could be. */
export async function answerShapes(options: Options): Promise<number> {
  const stage = await stageOf(options);
  const prices = pricesOf(stage);
  const shapes = SHAPES.filter(({ name }) => options.shapes.length === 0 || options.shapes.includes(name));
  const responders = respondersOf(options, stage);
  const results = shapes.map((shape) => {
    const works = worksOf(shape, stage.slots, options.seeds);
    return { shape, rows: ownContenders(stage, responders).map((each) => measure(each, works, prices)) };
  });
  if (options.json) {
    const loads = results.map(({ shape: { name, about }, rows }) => ({ name, about, rows }));
    process.stdout.write(`${JSON.stringify({ stage: stage.name, seeds: options.seeds, loads }, null, 2)}\n`);
  } else {
    process.stdout.write(`${premises(stage, options.seeds)}\n`);
    for (const { shape, rows } of results)
      process.stdout.write(`\n${shape.name}: ${shape.about}\n${shapeTable(rows)}\n`);
  }
  if (options.svg === undefined) return 0;
  for (const shape of shapes) {
    const work = worksOf(shape, stage.slots, 1).get(1);
    const drawn = [0, ...responders].map((concurrency) => contender(latency, settingOf(stage, concurrency)));
    if (work !== undefined) await writeChart(options.svg, shape.name, chartOf(shape.about, work, drawn));
  }
  return 0;
}
