import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One rule of the protocol left out, as a change of one place in the sources. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What the check is expected to say. */
  readonly caughtAs: string;
}

/** Every one has to be caught: a check that passes all of them checks nothing. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'delete-first',
    file: 'worker/consume.ts',
    find: '    const end = await options\n',
    replace: '    deletes.add(receiptHandle);\n    const end = await options\n',
    caughtAs: 'jobs of killed workers are left to the sweep',
  },
  {
    name: 'no-version-pin',
    file: 'aws/object-store.ts',
    find: ': { VersionId: versionId };',
    replace: ': {};',
    caughtAs: 'torn: made-from-other-bytes',
  },
  {
    name: 'no-journal',
    file: 'worker/steps/open-attempt.ts',
    find: 'const past = attempts.filter((attempt) => attempt.id !== id);',
    replace: 'const past = attempts.slice(0, 0);',
    caughtAs: 'a job that kills its workers is never refused',
  },
  {
    name: 'no-pointer-repair',
    file: 'worker/handle-job.ts',
    find: '      await followUp(ports, delivery, standing);\n',
    replace: '',
    caughtAs: 'misfiled: stale-pointer, no-dead-letter',
  },
  {
    name: 'last-writer-wins-pointer',
    file: 'core/latest.ts',
    find: 'return compareSequencers(candidate.sequencer, current.sequencer) > 0;',
    replace: 'return true;',
    caughtAs: 'misfiled: stale-pointer',
  },
  {
    name: 'no-sweep',
    file: 'worker/sweep-inbox.ts',
    find: 'await sendAll(options.queues[route], missing[route]);',
    replace: '',
    caughtAs: 'lost: no-outcome',
  },
  {
    name: 'max-receive-count-1',
    file: 'infra/queues.yml',
    find: 'maxReceiveCount: 20',
    replace: 'maxReceiveCount: 1',
    caughtAs: 'misfiled: dead-letter-without-outcome',
  },
];

const project = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCES = ['aws', 'cli', 'core', 'functions', 'infra', 'scripts', 'worker', 'package.json', 'serverless.yml'];

/** Finds a mutant. Throws one sentence that names all of them. */
export function findMutant(name: string): Mutant {
  const mutant = MUTANTS.find((each) => each.name === name);
  if (mutant) return mutant;
  throw new Error(`There is no mutant "${name}"; there are ${MUTANTS.map((each) => each.name).join(', ')}.`);
}

/** Copies the sources: a run builds and mutates its own, and nothing that changes beside it can change it. */
export async function copyProject(directory: string): Promise<void> {
  await Promise.all(SOURCES.map((source) => cp(join(project, source), join(directory, source), { recursive: true })));
  await symlink(join(project, 'node_modules'), join(directory, 'node_modules'));
}

/** Makes the mutant's change in a copy. Throws when its place is not found exactly once. */
export async function mutate({ name, file, find, replace }: Mutant, directory: string): Promise<void> {
  const text = await readFile(join(directory, file), 'utf8');
  const [before, after, ...more] = text.split(find);
  if (after === undefined || more.length > 0) throw new Error(`The place of mutant ${name} in ${file} is not clear.`);
  await writeFile(join(directory, file), `${before}${replace}${after}`);
}
