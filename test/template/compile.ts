import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { compileTemplate } from '../../infra/local/compile-template.ts';

const serviceDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** A stage with every parameter of the command line set that changes the template's shape. */
const CUSTOM = [
  'largeObjectBytes=1000',
  'alertEmail=ops@example.org',
  'minTasks=1',
  'visibilitySeconds=30',
  'taskCpu=2048',
  'taskMemory=4096',
  `imageTag=sha256:${'0'.repeat(64)}`,
].flatMap((parameter) => ['--param', parameter]);

const PACKAGES = { dev: ['--stage', 'dev'], prod: ['--stage', 'prod'], custom: ['--stage', 'custom', ...CUSTOM] };

/** The package folders of the compiled stages. */
export type Packages = Readonly<Record<keyof typeof PACKAGES, string>>;

declare module 'vitest' {
  interface ProvidedContext {
    packages: Packages;
  }
}

/** Packages the project as a deployment would, all stages at once, before the first of the template's tests. */
export default async function compile(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-template-'));
  const folders = await Promise.all(
    Object.entries(PACKAGES).map(async ([stage, args]) => {
      const packageDirectory = join(directory, stage);
      await compileTemplate({ serviceDirectory, packageDirectory, arguments: args });
      return [stage, packageDirectory] as const;
    }),
  );
  project.provide('packages', Object.fromEntries(folders) as Packages);
  return () => rm(directory, { recursive: true, force: true });
}
