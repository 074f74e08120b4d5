import { verdictsOf } from '../compare/goals.ts';
import { shapeTable, verdictTable } from '../compare/table.ts';
import { allContenders, RESPONDERS } from '../contenders.ts';
import { writeDocumentCharts } from '../draw/document-charts.ts';
import { type Figures, measure } from '../measure.ts';
import type { Options } from '../options.ts';
import { pricesOf } from '../price.ts';
import { SHAPES, worksOf } from '../shapes/shapes.ts';
import { premises, stageOf } from './stage-of.ts';

/** `npm run simulate -- --compare`: all policies on all loads, and every goal. Exit code 2: a goal was missed. */
export async function answerCompare(options: Options): Promise<number> {
  const stage = await stageOf(options);
  const prices = pricesOf(stage);
  const contenders = await allContenders(stage);
  const comparison = new Map<string, ReadonlyMap<string, Figures>>();
  if (!options.json) process.stdout.write(`${premises(stage, options.seeds)}\n`);
  for (const shape of SHAPES.filter(({ name }) => options.shapes.length === 0 || options.shapes.includes(name))) {
    const works = worksOf(shape, stage.slots, options.seeds);
    const rows = contenders.map((each) => measure(each, works, prices));
    comparison.set(shape.name, new Map(rows.map((row) => [row.name, row])));
    if (!options.json) process.stdout.write(`\n${shape.name}: ${shape.about}\n${shapeTable(rows)}\n`);
  }
  const verdicts = verdictsOf(comparison, `Slipway latency, responder ${RESPONDERS[0]}`);
  if (options.json) {
    const loads = [...comparison].map(([name, rows]) => ({ name, rows: [...rows.values()] }));
    process.stdout.write(`${JSON.stringify({ stage: stage.name, seeds: options.seeds, loads, verdicts }, null, 2)}\n`);
  } else {
    const missed = verdicts.filter(({ met }) => !met).length;
    process.stdout.write(
      `\n${verdictTable(verdicts)}\n\n${verdicts.length - missed} of ${verdicts.length} goals are met.\n`,
    );
  }
  if (options.svg !== undefined) await writeDocumentCharts(options.svg, stage, contenders);
  return verdicts.every(({ met }) => met) ? 0 : 2;
}
