import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DEFAULT_EFFORT } from '../../worker/processors/image/pyramid.ts';
import { startChild } from '../child.ts';
import type { Area, Goal, Plan, Table } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { figuresOf, interleave } from '../samples.ts';
import { buildWorker, runWorker } from '../worker-run.ts';
import type { PictureOptions, PictureRun, PipelineName } from './contestant.ts';
import { effortTable } from './efforts.ts';
import { drawSmall, drawSources, withoutProfiles } from './sources.ts';

type Plain = 'pool, plain' | 'hand-tuned, plain' | 'clones, plain';
type Name = 'worker' | PipelineName | 'pool on one core' | Plain;

/** What a contestant takes for a picture. */
interface Sample {
  readonly perSecond: number;
  readonly cpuMs: number;
  /** Of one slot: of the one process, or of the largest of several. */
  readonly peakMiB: number;
}

const LABELS: Readonly<Record<Name, string>> = {
  worker: 'Slipway: the whole worker, S3 in, S3 out, outcome',
  pool: 'Slipway: the processor alone, 3 slots',
  'pool on one core': 'the same on one core, 2 slots',
  'hand-tuned': 'sharp, tuned by hand',
  clones: 'sharp, clone() as documented',
  vipsthumbnail: 'vipsthumbnail',
  imagemagick: 'ImageMagick, at its best',
  'pool, plain': 'files without a colour profile: Slipway’s processor',
  'hand-tuned, plain': 'files without a colour profile: sharp, tuned by hand',
  'clones, plain': 'files without a colour profile: sharp, clone()',
};

const isPlain = (name: Name) => name.endsWith(', plain');

/** The slots of a task with two vCPU. */
const SLOTS = 3;
/** Where the default of the template leaves a processor 896 MiB: what a slot may take for a picture of 12 megapixels. */
const SLOT_MIB = 256;

/** Pictures of 12 megapixels through the worker and through its peers. */
export async function pictures(plan: Plan): Promise<Area> {
  const cache = fileURLToPath(new URL('../node_modules/.cache/pictures', import.meta.url));
  plan.progress('drawing pictures');
  const files = await drawSources(cache);
  const plain = await withoutProfiles(files);
  const small = await drawSmall(cache);
  const entry = await buildWorker();
  const count = plan.quick ? 9 : 60;
  const names = (Object.keys(LABELS) as Name[]).filter(isInstalled);
  const samples = await interleave(names, plan.rounds, async (name): Promise<Sample> => {
    plan.progress(LABELS[name]);
    if (name !== 'worker') return renderPictures(name, isPlain(name) ? plain : files, count);
    const run = await runWorker({ entry, files, small, jobs: count, slots: SLOTS });
    return { perSecond: count / run.seconds, cpuMs: run.cpuMs / count, peakMiB: run.peakChildMiB };
  });
  const efforts = await effortTable(
    plan.quick ? files.slice(0, 1) : files,
    plan.quick ? 1 : plan.rounds,
    plan.progress,
  );
  return {
    name: 'pictures',
    title: 'Pictures',
    text: TEXT,
    tables: [table(names, samples), efforts],
    charts: [
      {
        name: 'pictures',
        title: 'Processor time for a picture of 12 megapixels',
        unit: 'milliseconds; two WebP renditions of the same effort, and metadata',
        bars: names
          .filter((name) => name !== 'pool on one core' && !isPlain(name))
          .map((name) => ({
            label: LABELS[name],
            value: figuresOf(samples, (each) => each.cpuMs).median(name),
            kind: name === 'worker' || name === 'pool' ? ('ours' as const) : ('peer' as const),
          })),
      },
    ],
    goals: goals(names, samples),
  };
}

/** Runs a pipeline in a process of its own, as often as there are slots at the same time. */
async function renderPictures(name: Exclude<Name, 'worker'>, files: readonly string[], count: number): Promise<Sample> {
  const single = name === 'pool on one core';
  const options: PictureOptions = { files, effort: DEFAULT_EFFORT, pictures: count, atATime: single ? 2 : SLOTS };
  const child = await startChild(
    'pictures/contestant.ts',
    [single ? 'pool' : name.replace(', plain', ''), JSON.stringify(options)],
    {},
    single ? '0' : undefined,
  );
  try {
    const run = await child.ask<PictureRun>({});
    return { perSecond: count / run.seconds, cpuMs: run.cpuMs / count, peakMiB: run.peakChildMiB || run.peakMiB };
  } finally {
    await child.end();
  }
}

function isInstalled(name: Name): boolean {
  const programs: Partial<Record<Name, readonly string[]>> = {
    vipsthumbnail: ['vipsthumbnail', '--version'],
    imagemagick: ['convert-im6.q16', '--version'],
    'pool on one core': ['taskset', '--version'],
  };
  const [program, ...args] = programs[name] ?? [];
  return program === undefined || spawnSync(program, args).status === 0;
}

function table(names: readonly Name[], samples: ReadonlyMap<Name, readonly Sample[]>): Table {
  const cost = figuresOf(samples, (each) => each.cpuMs);
  const rate = figuresOf(samples, (each) => each.perSecond);
  const memory = figuresOf(samples, (each) => each.peakMiB);
  return {
    head: ['pictures of 12 MP', 'CPU ms a picture', 'pictures/s on this machine', 'peak MiB of a slot'],
    rows: (Object.keys(LABELS) as Name[]).map((name) =>
      names.includes(name)
        ? [
            LABELS[name],
            figure(cost.median(name)),
            figure(rate.median(name)),
            ownMemory(name) ? figure(memory.median(name)) : '–',
          ]
        : [LABELS[name], 'not installed', '–', '–'],
    ),
  };
}

/** Of programs that end after each picture nothing is left to look at; the others have one process for all slots. */
const ownMemory = (name: Name) => name === 'worker' || name.startsWith('pool');

function goals(names: readonly Name[], samples: ReadonlyMap<Name, readonly Sample[]>): Goal[] {
  const cost = figuresOf(samples, (each) => each.cpuMs);
  const rate = figuresOf(samples, (each) => each.perSecond);
  const missing = 'it is not installed on this machine';
  const processorAgainst = (peer: Name, atLeast: number, reason: string): Goal => ({
    what: `pictures per second of processor time: the processor in its child process against ${LABELS[peer]}`,
    value: names.includes(peer) ? cost.ratio(peer, 'pool') : undefined,
    bound: { atLeast },
    reason: names.includes(peer) ? reason : missing,
  });
  const plain = (peer: 'hand-tuned' | 'clones') =>
    `${MARGIN}; without a profile in the files, which it need not convert, it is ${figure(cost.ratio(`${peer}, plain`, 'pool, plain'))}`;
  return [
    {
      what: 'pictures per second of processor time: the whole worker, S3 in and out, against sharp tuned by hand on local files',
      value: cost.ratio('hand-tuned', 'worker'),
      bound: { atLeast: 0.9 },
      reason:
        'fetching the object takes 4 ms, nine signed requests 5, the copy to the shared file system 4, files, messages and garbage the rest; none of it can be left out',
    },
    processorAgainst('hand-tuned', 0.9, plain('hand-tuned')),
    processorAgainst('clones', 1.35, plain('clones')),
    processorAgainst('vipsthumbnail', 2.2, 'it starts three programs for a picture, but converts no colours'),
    processorAgainst('imagemagick', 2.7, MARGIN),
    {
      what: 'pictures a second on two cores against one',
      value: names.includes('pool on one core') ? rate.ratio('pool', 'pool on one core') : undefined,
      bound: { atLeast: 1.75 },
      reason: names.includes('pool on one core')
        ? 'other programs ran on this machine'
        : 'there is no taskset on this machine',
    },
    {
      what: 'peak memory of a slot, MiB',
      value: figuresOf(samples, (each) => each.peakMiB).median('worker'),
      bound: { atMost: SLOT_MIB },
      slack: 1.3,
    },
  ];
}

/** Beside renditions the processor finds a dominant colour, makes a placeholder, and talks to its parent. */
const MARGIN = 'the processor also finds the dominant colour and makes a placeholder';

const TEXT = `JPEGs of 4,000 × 3,000 pixels and 2.4 MB, drawn with the spectrum of photographs, become two WebP renditions (1,024 and 256 pixels, quality 80, the
same effort everywhere) and metadata. \`sharp, tuned by hand\` is the bar: one decode that shrinks on loading, the small rendition from the large one’s pixels,
threads of libvips off. Processor time is what carries over: on AWS the worker does not share its cores with S3, as it does here. It is that of the whole task,
with fetching and storing, and compared with programs that read local files.

The files carry a profile of sRGB, as those of cameras and editors do. sharp converts by any profile, which takes it a fifth of its time here; the processor reads that
this one says sRGB and leaves it out, with the same bytes as the result. Files without a profile, in rows of their own, give it no such lead: the ratios there are those of the
pipelines alone. vipsthumbnail and ImageMagick convert no colours; the former starts a program for each rendition and one for the metadata, and most of
its distance is that. \`clone()\` runs with sharp’s own defaults.

The second table is for choosing the effort (\`WEBP_EFFORT\`, 0 to 6): encoding both renditions, and what comes out against what went in.`;
