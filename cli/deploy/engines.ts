import type { RunProgram } from './run-program.ts';

/** Programs that build images, in the order in which they are looked for. */
export const ENGINES = ['docker', 'podman', 'finch'] as const;

export type Engine = (typeof ENGINES)[number];

/** Who makes the image: an engine of this machine, AWS CodeBuild, or nobody, because it is there already. */
export type Builder = Engine | 'codebuild' | 'none';

export const BUILDERS: readonly Builder[] = [...ENGINES, 'codebuild', 'none'];

/** Whether an engine is there and its daemon or machine answers. The sentence says what is wrong. */
export async function probeEngine(engine: Engine, run: RunProgram): Promise<{ works: boolean; sentence: string }> {
  const { exitCode, printed } = await run(engine, ['info']);
  if (exitCode === 0) return { works: true, sentence: `${engine} answers` };
  if (exitCode === null) return { works: false, sentence: `${engine} is not installed` };
  const reason =
    printed
      .trim()
      .split('\n')
      .findLast((line) => line.trim() !== '') ?? 'it says nothing';
  return { works: false, sentence: `${engine} does not answer: ${reason.trim()}` };
}

/** The builder that was asked for, or the first engine that works. Undefined with what was found when none does. */
export async function chooseBuilder(
  wanted: Builder | undefined,
  run: RunProgram,
): Promise<{ builder: Builder | undefined; sentence: string }> {
  if (wanted === 'codebuild') return { builder: wanted, sentence: 'AWS CodeBuild builds the image' };
  if (wanted === 'none') return { builder: wanted, sentence: 'the image is there already' };
  const found: string[] = [];
  for (const engine of wanted === undefined ? ENGINES : [wanted]) {
    const { works, sentence } = await probeEngine(engine, run);
    if (works) return { builder: engine, sentence };
    found.push(sentence);
  }
  const advice = 'start one of them, or let AWS build the image: --build codebuild';
  return { builder: undefined, sentence: `No container engine works here: ${found.join('; ')}; ${advice}.` };
}
