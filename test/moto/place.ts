import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramResult, runProgram } from '../../cli/deploy/run-program.ts';

export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
/** A command that waits for what never comes is ended, and has failed. */
const COMMAND_TIMEOUT_MS = 600_000;

export const REGION = 'us-east-1';

/** A machine of a user: a folder, an environment, a container engine that is none. */
export interface Place {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Commands of the engine, one a line. */
  readonly dockerLog: string;
  /** Runs one of our commands: `slipway('deploy', '--stage', 'dev')`. */
  slipway(...args: string[]): Promise<ProgramResult>;
  remove(): Promise<void>;
}

/** Credentials and endpoint are moto's; nothing of the machine's own AWS set-up is seen. */
export async function makePlace(endpoint: string): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-moto-'));
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const engine = `#!/bin/sh\nexec "${process.execPath}" "${join(projectDirectory, 'test/moto/fake-docker.ts')}" "$@"\n`;
  await writeFile(join(bin, 'docker'), engine);
  await chmod(join(bin, 'docker'), 0o755);
  const dockerLog = join(directory, 'docker.log');
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const environment = {
    ...own,
    PATH: bin + delimiter + process.env.PATH,
    FAKE_DOCKER_LOG: dockerLog,
    SLIPWAY_HOME: join(directory, 'home'),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: join(directory, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return {
    directory,
    environment,
    dockerLog,
    slipway: (...args) =>
      runProgram(process.execPath, [join(projectDirectory, 'cli/main.ts'), ...args], {
        env: environment,
        timeout: COMMAND_TIMEOUT_MS,
        cwd: directory,
      }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
