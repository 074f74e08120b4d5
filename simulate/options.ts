import { parseArgs } from 'node:util';
import { UsageError } from '../cli/usage-error.ts';
import { SHAPES } from './shapes/shapes.ts';

export const USAGE = `usage: npm run simulate [-- --shape NAME]        the shipped policy on the loads of docs/scaling.md
       npm run simulate -- --load FILE              on yours: what will I wait, what will I pay
       npm run simulate -- --compare                all policies on all loads, and every goal
       npm run simulate -- --rate N                 which quota of AWS binds first at N objects a second
       npm run simulate -- --speed                  how fast the simulator is
options: --latency SECONDS  --responder N  --job-seconds SECONDS  --stage NAME  --param NAME=VALUE
         --seeds N  --svg DIR  --json  --help`;

/** What a command line asks for. */
export interface Options {
  readonly what: 'shapes' | 'load' | 'compare' | 'rate' | 'speed' | 'help';
  /** Names of shapes; all when there is none. */
  readonly shapes: readonly string[];
  /** File of arrivals. */
  readonly load: string;
  /** Objects a second. */
  readonly rate: number;
  /** Seconds; undefined: that of the stage. */
  readonly latency: number | undefined;
  /** Concurrency of the first responder; undefined: that of the stage. */
  readonly responder: number | undefined;
  /** Of one slot a job, seconds. */
  readonly jobSeconds: number;
  readonly stage: string;
  readonly params: readonly string[];
  readonly seeds: number;
  /** Folder for charts. */
  readonly svg: string | undefined;
  readonly json: boolean;
}

/** A picture of twelve megapixels on one of two slots of a CPU. */
const JOB_SECONDS = 0.5;

/** Reads the command line. Throws UsageError. */
export function readOptions(args: readonly string[]): Options {
  const values = parsed(args);
  const modes = (['load', 'rate', 'compare', 'speed', 'help'] as const).filter((mode) => values[mode] !== undefined);
  const [what = 'shapes', second] = modes.filter((mode) => values[mode] !== false);
  if (second !== undefined) throw new UsageError(`--${what} and --${second} are two questions; expected one.`);
  for (const shape of values.shape) {
    if (SHAPES.some(({ name }) => name === shape)) continue;
    throw new UsageError(`There is no load "${shape}"; expected one of: ${SHAPES.map(({ name }) => name).join(', ')}.`);
  }
  const responder = optional('--responder', values.responder, 0, 1000);
  if (responder === 1) throw new UsageError('--responder is "1"; expected 0, or a number from 2 to 1000.');
  return {
    what,
    shapes: values.shape,
    load: values.load ?? '',
    rate: optional('--rate', values.rate, 0.001, 1e6) ?? 0,
    latency: optional('--latency', values.latency, 1, 86_400),
    responder: responder === undefined ? undefined : Math.round(responder),
    jobSeconds: optional('--job-seconds', values['job-seconds'], 0.001, 43_200) ?? JOB_SECONDS,
    stage: values.stage,
    params: values.param,
    seeds: Math.round(optional('--seeds', values.seeds, 1, 99) ?? 5),
    svg: values.svg,
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        shape: { type: 'string', multiple: true, default: [] },
        load: { type: 'string' },
        compare: { type: 'boolean' },
        rate: { type: 'string' },
        speed: { type: 'boolean' },
        latency: { type: 'string' },
        responder: { type: 'string' },
        'job-seconds': { type: 'string' },
        stage: { type: 'string', default: 'prod' },
        param: { type: 'string', multiple: true, default: [] },
        seeds: { type: 'string' },
        svg: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${text.split(/\.\s|\n/, 1)[0]}; --help lists the options.`);
  }
}

function optional(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is "${text}"; expected a number from ${least} to ${most.toLocaleString('en-US')}.`);
}
