import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const lineSchema = z.union([
  z.strictObject({ grant: z.string(), principal: z.string(), action: z.string(), resource: z.string() }),
  z.strictObject({ refused: z.string(), principal: z.string(), action: z.string(), resource: z.string() }),
]);

/** What runs of the local system allowed and refused. */
export interface AccessRecords {
  /** How many systems told. */
  readonly systems: number;
  /** Names of the grants that were used. */
  readonly used: ReadonlySet<string>;
  /** What nobody was allowed, one sentence each. */
  readonly refused: readonly string[];
}

/** Merges the records of every system that wrote into a folder. A last line that a kill cut off is passed over. */
export async function readRecords(directory: string): Promise<AccessRecords> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  const lines = texts
    .flatMap((text) => text.split('\n').slice(0, -1))
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const used = lines.flatMap((line) => ('grant' in line ? [line.grant] : []));
  const refused = lines.flatMap((line) =>
    'refused' in line ? [`${line.principal}: ${line.action} on ${line.resource}, ${line.refused} it`] : [],
  );
  return { systems: files.length, used: new Set(used), refused: [...new Set(refused)] };
}
