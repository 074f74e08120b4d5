import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findRunningSystem } from '../infra/local/running-system.ts';
import { systemFile } from './paths.ts';
import { runServerlessOffline } from './serverless-offline.ts';
import { UsageError, unknownOption } from './usage-error.ts';

const USAGE =
  'npm start -- [--stage NAME] [--port N] [--param NAME=VALUE]… [--containers docker|podman [--image NAME]] [--time-scale N] [--faults FILE]';

/** `npm start [-- OPTION…]`: the whole system in the foreground until Ctrl-C. */
export async function start(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  const running = await findRunningSystem(systemFile);
  if (running) {
    throw new UsageError(`A system runs here already: process ${running.pid} at ${running.endpoint}. Stop it first.`);
  }
  await runServerlessOffline(options);
  return process.exitCode === undefined ? 0 : Number(process.exitCode);
}

/** The options of `serverless offline start` that say the same. */
function readArguments(args: readonly string[]): string[] {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        port: { type: 'string' },
        param: { type: 'string', multiple: true, default: [] },
        containers: { type: 'string' },
        image: { type: 'string' },
        'time-scale': { type: 'string' },
        faults: { type: 'string' },
      },
    });
    return [
      ...(values.stage === undefined ? [] : ['--stage', values.stage]),
      ...(values.port === undefined ? [] : ['--slipwayPort', port(values.port)]),
      ...containers(values.containers, values.image),
      ...values.param.flatMap((param) => ['--param', param]),
      ...(values['time-scale'] === undefined ? [] : ['--slipwayTimeScale', timeScale(values['time-scale'])]),
      ...(values.faults === undefined ? [] : ['--slipwayFaults', resolve(values.faults)]),
    ];
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unknownOption(error, `expected: ${USAGE}`);
  }
}

function containers(engine: string | undefined, image: string | undefined): string[] {
  if (engine === undefined && image !== undefined) throw new UsageError('--image is only of use with --containers.');
  return [
    ...(engine === undefined ? [] : ['--slipwayContainers', engine]),
    ...(image === undefined ? [] : ['--slipwayImage', image]),
  ];
}

function timeScale(text: string): string {
  if (/^\d{1,3}(\.\d+)?$/.test(text) && Number(text) >= 1 && Number(text) <= 600) return text;
  throw new UsageError(`--time-scale is "${text}"; expected a number from 1 (AWS's own pace) to 600.`);
}

function port(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new UsageError(`--port is "${text}"; expected a number from 0 (any free port) to 65535.`);
}
