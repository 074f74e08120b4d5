import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runProgram } from '../../cli/deploy/run-program.ts';
import { awsStacks } from '../../cli/deploy/stacks.ts';
import type { Moto } from './moto-server.ts';
import { type Place, REGION } from './place.ts';
import type { Reporter } from './report.ts';

const answerSchema = z.object({
  logicalId: z.string(),
  type: z.string(),
  found: z.string().nullish(),
  error: z.string().optional(),
});

/** Of a compiled template, by logical ID. */
export type TemplateResources = Readonly<Record<string, { readonly Properties?: object }>>;

/** Looks every created resource up in its own service, and names every one that moto skipped. */
export async function verifyStack(
  stackName: string,
  template: TemplateResources,
  moto: Moto,
  place: Place,
  report: Reporter,
) {
  const expected = Object.keys(template);
  const stacks = awsStacks({
    endpoint: moto.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const listed = await stacks.resources(stackName);
  stacks.close();
  const skipped = new Map(
    moto
      .told()
      .flatMap((line) =>
        [...line.matchAll(/^SKIPPED (\S+) (\S+)/g)].map(([, type = '', id = '']) => [id, type] as const),
      ),
  );
  const missing = expected.filter((id) => !skipped.has(id) && !listed.some(({ logicalId }) => logicalId === id));
  report.check(
    missing.length === 0,
    'every resource of the template is created or named as skipped',
    missing.join(', '),
  );

  const created = listed.filter(({ logicalId }) => expected.includes(logicalId) && !skipped.has(logicalId));
  const script = fileURLToPath(new URL('verify.py', import.meta.url));
  const { printed } = await runProgram(moto.python, [script], {
    env: place.environment,
    input: JSON.stringify(
      created.map((resource) => ({ ...resource, properties: template[resource.logicalId]?.Properties })),
    ),
  });
  const answers = printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => answerSchema.parse(JSON.parse(line)));
  const wrong = answers.filter(({ found }) => typeof found !== 'string');
  report.check(
    answers.length === created.length && wrong.length === 0,
    `${answers.length - wrong.length} of ${created.length} created resources are found through their own services`,
    `${wrong.map(({ logicalId, type, error }) => `${logicalId} (${type}): ${error ?? 'nobody has said how to look it up'}`).join('\n')}\n${answers.length === 0 ? printed : ''}`,
  );
  for (const line of byType(answers.map(({ type, logicalId }) => [type, logicalId]))) report.note(line);
  const named = [...skipped].filter(([id]) => expected.includes(id));
  report.heading(
    `${named.length} resources of ${new Set(named.map(([, type]) => type)).size} types that moto does not create`,
  );
  for (const line of byType(named.map(([id, type]) => [type, id]))) report.note(line);
  report.heading('What the test mends in moto');
  for (const line of moto.told().filter((text) => text.startsWith('MENDED'))) report.note(line.slice(7));
}

function byType(pairs: readonly (readonly [string, string])[]): string[] {
  const ids = new Map<string, string[]>();
  for (const [type, id] of pairs) ids.set(type, [...(ids.get(type) ?? []), id]);
  return [...ids]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([type, names]) => `${type.replace('AWS::', '')}: ${names.join(', ')}`);
}
