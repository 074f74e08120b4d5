// `npm run bench`: Slipway beside its peers; prints ratios and verdicts, and writes docs/benchmarks.md.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readOptions, USAGE } from './options.ts';
import { type Area, isRegression, type Plan } from './report/area.ts';
import { circumstances } from './report/circumstances.ts';
import { drawBars } from './report/draw-bars.ts';
import { benchmarksPage } from './report/markdown.ts';
import { printArea, printSummary } from './report/print.ts';
import { installPeers } from './setup.ts';

/** In the order in which they are run. Imported when they are: some need packages that are installed first. */
const AREAS: Readonly<Record<string, (plan: Plan) => Promise<Area>>> = {
  consumers: async (plan) => (await import('./consumers/run.ts')).consumers(plan),
  pictures: async (plan) => (await import('./pictures/run.ts')).pictures(plan),
  requests: async (plan) => (await import('./requests/run.ts')).requests(plan),
  functions: async (plan) => (await import('./functions/run.ts')).functions(plan),
  'stand-in': async (plan) => (await import('./stand-in/run.ts')).standIn(plan),
  scale: async (plan) => (await import('./scale/run.ts')).scale(plan),
};

const docs = fileURLToPath(new URL('../docs/', import.meta.url));

async function writePage(areas: readonly Area[]): Promise<void> {
  await mkdir(`${docs}images`, { recursive: true });
  for (const chart of areas.flatMap(({ charts }) => charts)) {
    await writeFile(`${docs}images/bench-${chart.name}.svg`, drawBars(chart));
  }
  await writeFile(`${docs}benchmarks.md`, benchmarksPage(areas, circumstances()));
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const options = readOptions(process.argv.slice(2), Object.keys(AREAS));
  installPeers();
  const areas: Area[] = [];
  for (const [name, run] of Object.entries(AREAS)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const progress = (text: string) => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${name}: ${text}`));
    const area = await run({ ...options, progress });
    progress('');
    printArea(area);
    areas.push(area);
  }
  printSummary(areas);
  if (options.write) await writePage(areas);
  const regressions = areas.flatMap(({ goals }) => goals).filter(isRegression);
  return options.quick && regressions.length > 0 ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
