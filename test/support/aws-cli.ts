import { execFile, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { devNull } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An aws command line of this machine. */
export interface AwsCli {
  readonly program: string;
  /** `2.9.19`. */
  readonly version: string;
}

/** Every aws command line on PATH and in /usr/bin, each once. */
export function findAwsClis(): AwsCli[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const programs = folders.map((folder) => join(folder, 'aws')).filter((file) => existsSync(file));
  const unique = new Map(programs.map((program) => [realpathSync(program), program]));
  return [...unique.values()].flatMap((program) => {
    const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    // Old versions write it to standard error.
    const version = /aws-cli\/([\d.]+)/.exec(`${stdout}${stderr}`)?.[1];
    return version === undefined ? [] : [{ program, version }];
  });
}

/** Calls `aws ARGS` against an endpoint, without the configuration of whoever runs the test; gives what it printed. */
export async function callAws(cli: AwsCli, endpoint: string, args: readonly string[]): Promise<string> {
  const { AWS_PROFILE: _, ...inherited } = process.env;
  const { stdout } = await run(cli.program, ['--endpoint-url', endpoint, ...args], {
    env: {
      ...inherited,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_PAGER: '',
      // Python would write ASCII alone where no locale is set.
      PYTHONUTF8: '1',
    },
    maxBuffer: 16 * 2 ** 20,
  });
  return stdout;
}
