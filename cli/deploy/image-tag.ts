import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunProgram } from './run-program.ts';

/** What the worker's image is built from, and .dockerignore lets through; the folders are taken whole. */
export const IMAGE_SOURCES = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'core',
  'aws',
  'functions',
  'worker',
  'scripts/build.ts',
  'scripts/image-root.ts',
  'scripts/required-builtins.ts',
] as const;

/** Where the sources stand against their history. */
export interface SourceState {
  /** Undefined outside of a Git checkout. */
  readonly commit: string | undefined;
  /** Whether a source of the image differs from the commit. */
  readonly changed: boolean;
  /** Hash of the sources' names and contents. */
  readonly contentHash: string;
}

const COMMIT_DIGITS = 12;

/** The tag of an image: what it is built from can be found by it, and the same sources have the same tag. Pure. */
export function imageTag({ commit, changed, contentHash }: SourceState): string {
  const content = contentHash.slice(0, COMMIT_DIGITS);
  if (commit === undefined) return `files-${content}`;
  const short = commit.slice(0, COMMIT_DIGITS);
  return changed ? `${short}-dirty-${content}` : short;
}

/** Reads the state of a project's folder. */
export async function readSourceState(directory: string, run: RunProgram): Promise<SourceState> {
  const git = (...args: string[]) => run('git', ['-C', directory, ...args]);
  const head = await git('rev-parse', '--verify', 'HEAD');
  const contentHash = await hashSources(directory);
  if (head.exitCode !== 0) return { commit: undefined, changed: true, contentHash };
  const status = await git('status', '--porcelain', '--', ...IMAGE_SOURCES);
  return { commit: head.printed.trim(), changed: status.printed.trim() !== '', contentHash };
}

/** Paths of all files that go into the image, relative to the project, in a fixed order. */
export async function listSources(directory: string): Promise<readonly string[]> {
  const found = await Promise.all(
    IMAGE_SOURCES.map(async (source) => {
      const entries = await readdir(join(directory, source), { recursive: true, withFileTypes: true }).catch(
        () => null,
      );
      if (entries === null) return [source];
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(directory.length)
            .replace(/^[/\\]/, ''),
        );
    }),
  );
  return found.flat().sort();
}

async function hashSources(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await listSources(directory)) {
    const contents = await readFile(join(directory, path)).catch(() => Buffer.alloc(0));
    hash.update(`${path}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}
