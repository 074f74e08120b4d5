import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { build } from '../scripts/build.ts';

interface Serverless {
  readonly serviceDir: string;
  readonly processedInput?: { readonly commands?: readonly string[] };
}

/** A package is made in seconds, and a new stack has its bucket in a minute; who waits longer than this waits for nothing. */
const LOCK_TIMEOUT_MS = 300_000;

/**
 * Bundles the code before Serverless packages or invokes it, and lets one process at a time package: Serverless works in
 * the project's `.serverless` folder and empties it first, so two (a system that starts, a test) would tear at one package.
 * A deployment needs the folder until its files are uploaded, whether it packages itself or is given a package.
 */
export default class BuildPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void> | void>>;

  constructor({ serviceDir, processedInput }: Serverless) {
    const bundles = async () => {
      await build({ sources: serviceDir });
    };
    const deploys = processedInput?.commands?.join(' ') === 'deploy';
    let unlock = () => {};
    const take = (wanted: boolean) => {
      if (wanted) unlock = lock(join(serviceDir, '.build'));
    };
    this.hooks = {
      initialize: () => take(deploys),
      'after:aws:deploy:deploy:uploadArtifacts': () => unlock(),
      'before:package:cleanup': () => take(!deploys),
      'before:package:createDeploymentArtifacts': bundles,
      'after:package:finalize': () => {
        if (!deploys) unlock();
      },
      'before:deploy:function:packageFunction': bundles,
      'before:invoke:local:invoke': bundles,
    };
  }
}

/** An exclusive transaction on an empty database: the kernel ends it with the process, so no lock is ever left behind. */
function lock(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'package.lock'), { timeout: LOCK_TIMEOUT_MS });
  database.exec('BEGIN EXCLUSIVE');
  return () => database.close();
}
