import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One rule of the protocol left out, as a change of one place in the sources. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly what: string;
}

/** Every one has to be caught: a check that passes all of them checks nothing. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'delete-first',
    what: 'a message is deleted when it is received',
    file: 'worker/consume.ts',
    find: '    const end = (await protector.busy()) ?',
    replace: '    deletes.add(receiptHandle);\n    const end = (await protector.busy()) ?',
  },
  {
    name: 'delete-after-errors',
    what: 'a message is deleted although its job failed for the moment',
    file: 'worker/consume.ts',
    find: "    if (end.kind === 'retry') {\n",
    replace: "    if (end.kind === 'retry') return deletes.add(receiptHandle);\n    if (end.kind === 'retry') {\n",
  },
  {
    name: 'no-version-pin',
    what: 'the newest version is read instead of the one that the event names',
    file: 'aws/object-store.ts',
    find: ': { VersionId: versionId };',
    replace: ': {};',
  },
  {
    name: 'no-journal',
    what: 'the attempts that went before are not looked at',
    file: 'worker/steps/open-attempt.ts',
    find: 'const past = attempts.filter((attempt) => attempt.id !== id);',
    replace: 'const past = attempts.slice(0, 0);',
  },
  {
    name: 'no-crash-blame',
    what: 'ECS is not believed: a task that died counts as one that lives',
    file: 'core/attempts.ts',
    find: 'return facts.get(attempt.taskArn)?.stopped ?? true;',
    replace: 'return facts.get(attempt.taskArn) === undefined && facts.size > 0;',
  },
  {
    name: 'blame-any-kill',
    what: 'every exit code 137 counts as a kill for memory',
    file: 'core/attempts.ts',
    find: ' && fact.outOfMemory === true',
    replace: '',
  },
  {
    name: 'attempts-left-open',
    what: 'no attempt is ever closed',
    file: 'worker/steps/close-attempt.ts',
    find: 'attempt.id === attemptId ? { ...attempt, ...end } : attempt,',
    replace: 'attempt.id === attemptId ? { ...attempt, error: end.error ?? end.closed } : attempt,',
  },
  {
    name: 'no-pointer-repair',
    what: 'what follows from an outcome is left undone when it stands already',
    file: 'worker/handle-job.ts',
    find: '      await followUp(ports, delivery, standing);\n',
    replace: '',
  },
  {
    name: 'last-writer-wins-pointer',
    what: 'the pointer of a key goes to whoever writes last',
    file: 'core/latest.ts',
    find: 'return compareSequencers(candidate.sequencer, current.sequencer) > 0;',
    replace: 'return true;',
  },
  {
    name: 'outcome-overwritten',
    what: 'an outcome is written whether there is one or not, and the bucket lets it',
    file: 'aws/outcome-store.ts',
    find: "? { etag: standing.etag } : 'absent';",
    replace: "? { etag: standing.etag } : 'always';",
  },
  {
    name: 'no-dead-letter',
    what: 'a refused job leaves no copy of its message',
    file: 'worker/steps/follow-up.ts',
    find: '    await ports.deadLetters.send([{ body, attributes: deadLetterAttributes(outcome) }]);\n',
    replace: '    void [body, deadLetterAttributes];\n',
  },
  {
    name: 'no-bucket-guard',
    what: 'events of any bucket make jobs',
    file: 'worker/handle-delivery.ts',
    find: 'if (job.source.bucket === ports.inboxBucket) return job;',
    replace: 'if (job.source.bucket !== "") return job;',
  },
  {
    name: 'no-sweep',
    what: 'sweeps look and put nothing back',
    file: 'worker/sweep/put-back.ts',
    find: '    await ports.queues[route].send(messages.slice(start, start + BATCH));\n',
    replace: '    void start;\n',
  },
  {
    name: 'max-receive-count-1',
    what: 'a message moves to the dead-letter queue after one receive',
    file: 'infra/queues.yml',
    find: 'maxReceiveCount: 20',
    replace: 'maxReceiveCount: 1',
  },
];

const project = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCES = ['aws', 'cli', 'core', 'functions', 'infra', 'scripts', 'worker', 'package.json', 'serverless.yml'];

export function findMutant(name: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
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
