import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import type { Pace } from './settle-stack.ts';
import type { JsonCall } from './signed-call.ts';

const buildSchema = z.looseObject({
  id: z.string(),
  buildStatus: z.string().optional(),
  currentPhase: z.string().optional(),
  logs: z.looseObject({ deepLink: z.string().optional() }).optional(),
  phases: z
    .array(
      z.looseObject({
        phaseType: z.string().optional(),
        phaseStatus: z.string().optional(),
        contexts: z.array(z.looseObject({ message: z.string().optional() })).optional(),
      }),
    )
    .optional(),
});

type Build = z.infer<typeof buildSchema>;

const startedSchema = z.looseObject({ build: buildSchema });
const describedSchema = z.looseObject({ builds: z.array(buildSchema) });

const POLL_MS = 5_000;
/** The project's own limit is 30 minutes, and up to eight hours in a queue; beyond one hour nobody waits. */
const WAIT_LIMIT_MS = 3_600_000;

/** What is built: an archive in S3 (`bucket/key`), under a tag, by a project. */
export interface BuildOrder {
  readonly project: string;
  readonly source: string;
  readonly tag: string;
}

/** Starts a build and waits for its end. Throws with the phase that failed, and where its log is. */
export async function runCodeBuild({ project, source, tag }: BuildOrder, call: JsonCall, pace: Pace): Promise<void> {
  const started = startedSchema.parse(
    await call('StartBuild', {
      projectName: project,
      sourceLocationOverride: source,
      environmentVariablesOverride: [{ name: 'IMAGE_TAG', value: tag, type: 'PLAINTEXT' }],
    }),
  ).build;
  pace.say(`CodeBuild: build ${started.id} started`);
  let phase = '';
  for (let waited = 0; waited < WAIT_LIMIT_MS; waited += POLL_MS) {
    const { builds } = describedSchema.parse(await call('BatchGetBuilds', { ids: [started.id] }));
    const build = builds[0] ?? started;
    if (build.buildStatus === 'SUCCEEDED') return;
    if (build.buildStatus !== 'IN_PROGRESS') throw new SlipwayError('image', failureOf(build));
    if (build.currentPhase !== undefined && build.currentPhase !== phase) {
      phase = build.currentPhase;
      pace.say(`CodeBuild: ${phase.toLowerCase().replaceAll('_', ' ')}`);
    }
    await pace.sleep(POLL_MS);
  }
  throw new SlipwayError('image', `Build ${started.id} has not ended within an hour; look at it, and run this again.`);
}

function failureOf({ id, buildStatus, phases = [], logs }: Build): string {
  const failed = phases.find(({ phaseStatus = 'SUCCEEDED' }) => !['SUCCEEDED', 'IN_PROGRESS'].includes(phaseStatus));
  const why = failed?.contexts
    ?.map(({ message }) => message)
    .filter(Boolean)
    .join('; ');
  const where = logs?.deepLink === undefined ? '' : `\nIts log: ${logs.deepLink}`;
  return `Build ${id} ended with ${buildStatus}${failed ? ` in ${failed.phaseType}` : ''}${why ? `: ${why}` : ''}.${where}`;
}
