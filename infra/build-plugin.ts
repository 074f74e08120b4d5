import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { build } from '../scripts/build.ts';

interface Serverless {
  readonly serviceDir: string;
}

/** A package is made in seconds; who waits longer than this waits for nothing. */
const LOCK_TIMEOUT_MS = 120_000;

/**
 * Bundles the code before Serverless packages or invokes it, and lets one process at a time package: Serverless works in
 * the project's `.serverless` folder and empties it first, so two (a system that starts, a test) would tear at one package.
 */
export default class BuildPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void> | void>>;

  constructor({ serviceDir }: Serverless) {
    const bundles = async () => {
      await build({ sources: serviceDir });
    };
    let unlock = () => {};
    this.hooks = {
      'before:package:cleanup': () => {
        unlock = lock(join(serviceDir, '.build'));
      },
      'before:package:createDeploymentArtifacts': bundles,
      'after:package:finalize': () => unlock(),
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
