import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { compileTemplate } from '../../infra/local/compile-template.ts';
import { PROFILES, type Profile, profileArguments } from '../../infra/profiles.ts';

const serviceDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** Parameters that do not change which resources there are, each with another value than its default. */
const CUSTOM: Profile = {
  name: 'custom',
  about: 'other numbers',
  stage: 'custom',
  params: [
    'largeObjectBytes=1000',
    'alertEmail=ops@example.org',
    'minTasks=1',
    'visibilitySeconds=30',
    'taskCpu=2048',
    'taskMemory=4096',
    `imageUri=210987654321.dkr.ecr.eu-central-1.amazonaws.com/slipway/dev@sha256:${'0'.repeat(64)}`,
  ],
};

type Name = (typeof PROFILES)[number]['name'] | 'custom';

/** The package folders of the compiled profiles. */
export type Packages = Readonly<Record<Name, string>>;

declare module 'vitest' {
  interface ProvidedContext {
    packages: Packages;
  }
}

/** Packages the project as a deployment would, every profile, before the first of the template's tests. */
export default async function compile(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-template-'));
  const folders: [string, string][] = [];
  // One after the other: packaging locks the project (infra/build-plugin.ts), and who waits for long gives up.
  for (const profile of [...PROFILES, CUSTOM]) {
    const packageDirectory = join(directory, profile.name);
    await compileTemplate({ serviceDirectory, packageDirectory, arguments: profileArguments(profile) });
    folders.push([profile.name, packageDirectory]);
  }
  project.provide('packages', Object.fromEntries(folders) as Packages);
  return () => rm(directory, { recursive: true, force: true });
}
