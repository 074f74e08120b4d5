import { UsageError } from '../cli/usage-error.ts';
import { type Options, readOptions, USAGE } from './options.ts';

/** Exit codes: 0 an answer; 2 goals were missed; 1 the command was called wrongly, or failed. */
type Answer = (options: Options) => Promise<number>;

/** Each loads its own parts only. */
const ANSWERS: Readonly<Record<Options['what'], () => Promise<Answer>>> = {
  shapes: async () => (await import('./answer/shapes.ts')).answerShapes,
  load: async () => (await import('./answer/load.ts')).answerLoad,
  compare: async () => (await import('./answer/compare.ts')).answerCompare,
  rate: async () => (await import('./answer/rate.ts')).answerRate,
  speed: async () => (await import('./answer/speed.ts')).answerSpeed,
  help: async () => async () => {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  },
};

try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = await (await ANSWERS[options.what]())(options);
} catch (error) {
  if (!(error instanceof UsageError) && process.env.SLIPWAY_DEBUG) throw error;
  process.stderr.write(`slipway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
