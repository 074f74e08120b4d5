import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileTemplate } from '../infra/local/compile-template.ts';
import { PROFILES, profileArguments } from '../infra/profiles.ts';
import { normalise } from './normalise.ts';
import { readPlainTemplate } from './plain-template.ts';

const serviceDirectory = join(import.meta.dirname, '..');

/** A template to be reviewed. */
export interface ReviewedTemplate {
  readonly profile: string;
  /** As it would be deployed. */
  readonly file: string;
  /** The same with its intrinsics in one form. */
  readonly normalised: string;
}

/** Stacks of their own in infra/, which Serverless does not compile: name in the table → file. */
const PLAIN = { 'image stack': 'worker-image.yml' } as const;

/** Every template that a deployment makes. */
export async function reviewedTemplates(directory: string): Promise<ReviewedTemplate[]> {
  return [...(await compileProfiles(directory)), ...(await plainTemplates(directory))];
}

async function plainTemplates(directory: string): Promise<ReviewedTemplate[]> {
  return Promise.all(
    Object.entries(PLAIN).map(async ([profile, name]) => {
      const file = join(serviceDirectory, 'infra', name);
      await mkdir(join(directory, name));
      const normalised = join(directory, name, 'normalised.json');
      const template = readPlainTemplate(await readFile(file, 'utf8'));
      await writeFile(normalised, JSON.stringify(normalise(template), null, 1));
      return { profile, file, normalised };
    }),
  );
}

/** Compiles every profile, one after the other, below a folder. */
async function compileProfiles(directory: string): Promise<ReviewedTemplate[]> {
  const templates: ReviewedTemplate[] = [];
  for (const profile of PROFILES) {
    const packageDirectory = join(directory, profile.name);
    const file = await compileTemplate({
      serviceDirectory,
      packageDirectory,
      arguments: profileArguments(profile),
    });
    const normalised = join(packageDirectory, 'normalised.json');
    await writeFile(normalised, JSON.stringify(normalise(JSON.parse(await readFile(file, 'utf8'))), null, 1));
    templates.push({ profile: profile.name, file, normalised });
  }
  return templates;
}
