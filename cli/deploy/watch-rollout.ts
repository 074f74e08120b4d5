import { SlipwayError } from '../../core/errors.ts';
import { judgeRollout } from './rollout.ts';
import type { Services } from './services.ts';
import type { Pace } from './settle-stack.ts';
import type { Stacks } from './stacks.ts';

const POLL_MS = 5_000;
/** CloudFormation has waited for the service itself; what is left is the draining of old tasks. */
const WAIT_LIMIT_MS = 15 * 60_000;

export interface RolloutTarget {
  readonly stackName: string;
  readonly cluster: string;
  readonly service: string;
  readonly imageUri: string;
}

/** Waits until the service runs the stack's revision with the intended image. Throws when ECS runs another one. */
export async function watchRollout(
  target: RolloutTarget,
  stacks: Stacks,
  services: Services,
  pace: Pace,
): Promise<string> {
  const { stackName, cluster, service, imageUri } = target;
  const intended = await intendedRevision(stackName, stacks);
  const image = await services.imageOf(intended);
  if (image !== imageUri) {
    throw new SlipwayError(
      'rollout',
      `Stack ${stackName} has revision ${nameOf(intended)}, which runs ${image} and not ${imageUri}.`,
    );
  }
  let told = '';
  for (let waited = 0; waited < WAIT_LIMIT_MS; waited += POLL_MS) {
    const view = await services.find(cluster, service);
    if (view === undefined) throw new SlipwayError('rollout', `There is no service ${service} in cluster ${cluster}.`);
    const judged = judgeRollout(intended, view);
    if (judged.verdict === 'running') return nameOf(intended);
    if (judged.verdict === 'rolled-back') {
      throw new SlipwayError(
        'rollout',
        `The service does not run ${nameOf(intended)}: ECS took it back to ${nameOf(view.taskDefinition)}.\n  ${judged.why}`,
      );
    }
    if (judged.why !== told) pace.say(`service: ${judged.why}`);
    told = judged.why;
    await pace.sleep(POLL_MS);
  }
  throw new SlipwayError('rollout', `The service does not run ${nameOf(intended)} after 15 minutes: ${told}.`);
}

async function intendedRevision(stackName: string, stacks: Stacks): Promise<string> {
  const resources = await stacks.resources(stackName);
  const found = resources.find(({ logicalId }) => logicalId === 'WorkerTaskDefinition');
  if (found !== undefined) return found.physicalId;
  throw new SlipwayError('not-slipway', `Stack ${stackName} has no WorkerTaskDefinition: it is no Slipway stack.`);
}

/** `slipway-dev-worker:7` */
function nameOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split('/').at(-1) ?? taskDefinitionArn;
}
