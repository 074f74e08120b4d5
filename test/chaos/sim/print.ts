import { CATEGORIES, violationTable } from '../checker.ts';
import { CEILINGS } from './figures.ts';
import type { Options } from './options.ts';
import type { Report } from './run-seeds.ts';
import type { Shrunk } from './shrink.ts';

/** The figures as a person reads them. */
export function figuresText({ stormy, quiet }: Report, { seed }: Options, wallMs: number): string {
  const { seeds, latencySeconds: latency, recoverySeconds: recovery } = stormy;
  const kinds = Object.entries(stormy.faultsByKind).sort(([, a], [, b]) => b - a);
  const planted = stormy.badInputs + stormy.badMessages;
  return [
    'MODEL: the real decision code, simulated AWS, virtual time. No figure of a machine.',
    `seeds ${seed}–${seed + seeds - 1} · ${count(stormy.uploads)} uploads · ${count(stormy.faults)} faults of ${kinds.length} kinds · ${count(stormy.kills)} kills`,
    wrap(kinds.map(([kind, times]) => `${kind} ${count(times)}`)),
    CATEGORIES.map((category) => `${category} ${stormy.violations[category]}`).join(' · '),
    `bad inputs and messages: ${stormy.refused} of ${planted} refused with a reason (the rest was deleted before it was read)`,
    `work amplification: ${stormy.amplification.toFixed(2)} starts per upload (ceiling ${CEILINGS.amplification}), ${stormy.deliveriesPerUpload.toFixed(2)} deliveries`,
    `  without faults: ${quiet.goodAmplification.toFixed(4)} starts per good upload (ceiling ${CEILINGS.quietAmplification}), ${quiet.returnsPerUpload.toFixed(4)} needless returns (ceiling ${CEILINGS.quietReturnsPerUpload})`,
    `  and ${quiet.reads.toFixed(2)} reads and ${quiet.writes.toFixed(2)} writes of S3 per upload; under faults ${stormy.reads.toFixed(2)} and ${stormy.writes.toFixed(2)}`,
    `upload → outcome: p50 ${latency.p50} s · p95 ${latency.p95} s · p99 ${latency.p99} s (good uploads, under faults)`,
    `worker killed → outcome: p50 ${recovery.p50} s · max ${recovery.max} s`,
    `e-mails ${count(stormy.mails)} · wall time ${(wallMs / 1000).toFixed(1)} s`,
  ].join('\n');
}

/** The same as one object. */
export function figuresJson({ stormy, quiet, failed, waste }: Report, options: Options, wallMs: number): object {
  const { seed, mutation, uploads } = options;
  return {
    layer: 'model',
    seed,
    uploadsPerSeed: uploads,
    ...(mutation === undefined ? {} : { mutant: mutation.name }),
    ...stormy,
    ceilings: CEILINGS,
    quiet,
    waste,
    firstFailure: failed === undefined ? null : { seed: failed.seed, violations: failed.violations },
    passed: failed === undefined && waste.length === 0,
    wallSeconds: Math.round(wallMs) / 1000,
  };
}

/** What went wrong, how to see it again, and a smaller case of it. */
export function failureText(
  { stormy, quiet, failed, waste }: Report,
  options: Options,
  shrunk: Shrunk | undefined,
): string {
  const control = options.control ? ' --control' : '';
  const mutate = options.mutation === undefined ? '' : ` --mutate ${options.mutation.name}${control}`;
  const lines = waste.map((line) => `WASTE: ${line}`);
  if (failed === undefined) return lines.join('\n');
  const failing = stormy.failingSeeds.length;
  const quietly = quiet.failingSeeds.length === 0 ? '' : `, and ${quiet.failingSeeds.length} without faults`;
  lines.push(
    `FAILED: ${failing} of ${stormy.seeds} seeds${quietly}. The first, ${failed.seed}:`,
    violationTable(failed.violations),
    `SEED=${failed.seed} npm run chaos:sim -- --seed ${failed.seed} --uploads ${options.uploads}${mutate} --trace`,
  );
  if (shrunk !== undefined) {
    const without = shrunk.without.length === 0 ? '' : ` --without ${shrunk.without.join(',')}`;
    lines.push(
      `SHRUNK: ${shrunk.uploads} uploads, faults: ${shrunk.faults.join(', ') || 'none'}`,
      violationTable(shrunk.result.violations),
      `SEED=${shrunk.seed} npm run chaos:sim -- --seed ${shrunk.seed} --uploads ${shrunk.uploads}${mutate}${without} --trace`,
    );
  }
  return lines.join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

const WIDTH = 118;

function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 3 <= WIDTH) lines[lines.length - 1] = `${last} · ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join('\n');
}
