import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { homeDirectory } from './paths.ts';
import { processFiles } from './process-command.ts';
import { makeSamplePictures } from './sample-pictures.ts';
import { UsageError } from './usage-error.ts';

/** `npm run demo`: makes sample pictures (once) and processes them on a system of this machine. */
export async function demo(args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new UsageError(`The demo takes no arguments, got "${args.join(' ')}".`);
  const directory = join(homeDirectory, 'pictures');
  if (!existsSync(directory)) {
    process.stderr.write('slipway: making sample pictures…\n');
    await makeSamplePictures(directory);
  }
  const shown = relative(process.cwd(), directory) || directory;
  process.stderr.write(`slipway: processing the pictures in ${shown}\n`);
  return processFiles({ paths: [directory], out: 'slipway-out', json: false, stage: undefined });
}
