import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { processors } from '../../../worker/processors/index.ts';
import { bombs } from '../../corpus/pictures/bombs.ts';
import { damaged } from '../../corpus/pictures/damaged.ts';
import { disguises } from '../../corpus/pictures/disguises.ts';
import { runProcessor } from '../../support/run-processor.ts';
import { chanceOf } from '../sim/chance.ts';

/** One content that is uploaded, under any number of keys. */
export interface Content {
  readonly name: string;
  readonly body: Buffer;
  readonly sha256: string;
  /** Why it is refused; empty for a good one. */
  readonly reasons: readonly string[];
  /** Goes to a task of its own. */
  readonly large: boolean;
  /** SHA-256 of all outputs that it becomes, in order: what a result must consist of to be made from it. */
  readonly outputs: string;
}

/** The boundary of the two routes in a run: pictures of a hundred kilobytes count as large, to keep the run short. */
export const LARGE_OBJECT_BYTES = 100_000;
const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const;
const SMALL = 15;
const LARGE = 3;

/** Good and bad contents, the same for every seed; each good one has outputs that no other has. */
export async function makeContents(): Promise<readonly Content[]> {
  const good = await Promise.all([
    ...Array.from({ length: SMALL }, (_, index) => smallPicture(index)),
    ...Array.from({ length: LARGE }, (_, index) => largePicture(index)),
  ]);
  return [...good, ...(await badContents())];
}

async function smallPicture(index: number): Promise<Content> {
  const format = FORMATS[index % FORMATS.length] ?? 'jpeg';
  const body = await noise(`small ${index}`, 24, 18)
    .resize(160 + 20 * index, 120 + 10 * index)
    .toFormat(format)
    .toBuffer();
  return goodContent(`${format}-${index}`, body);
}

/** Noise does not compress. */
async function largePicture(index: number): Promise<Content> {
  const body = await noise(`large ${index}`, 220 + index, 200)
    .png()
    .toBuffer();
  return goodContent(`large-${index}`, body);
}

function noise(name: string, width: number, height: number) {
  const chance = chanceOf('picture', name);
  const pixels = Buffer.from(Array.from({ length: width * height * 3 }, () => Math.floor(chance.between(0, 256))));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function goodContent(name: string, body: Buffer): Promise<Content> {
  const processed = await runProcessor(processors, body);
  const outputs = [...(processed?.outputs.values() ?? [])].map(sha256);
  return content(name, body, [], signatureOf(outputs));
}

/** The pictures of the corpus that are refused: bombs, what is cut off, what is empty or no picture. */
async function badContents(): Promise<Content[]> {
  const refused = [...bombs, ...damaged, ...disguises].flatMap(({ name, make, ends }) =>
    typeof ends === 'string' ? { name, make, ends } : [],
  );
  const made = await Promise.all(refused.map(async ({ name, make, ends }) => content(name, await make(), [ends])));
  return made.filter(({ large }) => !large);
}

function content(name: string, body: Buffer, reasons: readonly string[], outputs = ''): Content {
  return { name, body, sha256: sha256(body), reasons, large: body.length > LARGE_OBJECT_BYTES, outputs };
}

/** The set of outputs as one text. */
export function signatureOf(outputs: readonly string[]): string {
  return outputs.toSorted().join(' ');
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
