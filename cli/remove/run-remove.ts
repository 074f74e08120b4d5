import { SlipwayError } from '../../core/errors.ts';
import { imageStackName } from '../deploy/image-stack.ts';
import { type Pace, settleStack, waitWhileBusy } from '../deploy/settle-stack.ts';
import { beforeRemoving } from '../deploy/stack-state.ts';
import type { Stacks, StackView } from '../deploy/stacks.ts';
import type { Buckets } from './buckets.ts';
import { deletedBuckets, type Leftover, leftoversText, retainedResources, skippedResources } from './leftovers.ts';
import type { Tasks } from './tasks.ts';

/** Everything of the world that a removal touches. */
export interface RemovePorts {
  readonly stacks: Stacks;
  readonly buckets: Buckets;
  readonly tasks: Tasks;
  readonly pace: Pace;
  /** Rejects where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  print(text: string): void;
}

export interface RemoveOptions {
  readonly stage: string;
  readonly region: string;
  readonly yes: boolean;
}

/** A deletion that failed may work once what was in its way has gone; that is tried this often. */
const TRIES = 3;

/** A removal from the question to the list of what stays; false when the user said no. Safe to repeat at any point. */
export async function runRemove(options: RemoveOptions, ports: RemovePorts): Promise<boolean> {
  const name = `slipway-${options.stage}`;
  await settleStack(name, beforeRemoving, ports.stacks, ports.pace);
  const stack = await ports.stacks.find(name);
  if (stack === undefined) {
    ports.print(`There is no stack ${name} in ${options.region}${options.yes ? '' : ' (any more)'}.`);
    await tellLeftovers(await leftByEarlier(name, ports), options, ports);
    return true;
  }
  refuseProtected(name, stack, options.region);
  const resources = await ports.stacks.resources(name);
  // A stack that was only announced has no template yet.
  const template = stack.status === 'REVIEW_IN_PROGRESS' ? '' : await ports.stacks.template(name);
  const leftovers = retainedResources(template, resources);
  ports.print(
    `Deletes stack ${name} in ${options.region}: ${resources.length} resources, of which ${leftovers.length} stay because they hold data.`,
  );
  const cluster = stack.outputs.ClusterName;
  if (cluster !== undefined) await tellRunning(cluster, ports);
  if (!options.yes && !(await ports.confirm('Go on?'))) return false;

  await deleteStack(name, stack, cluster, deletedBuckets(template, resources), ports);
  ports.print(`\nStack ${name} is gone.`);
  await tellLeftovers(leftovers, options, ports);
  return true;
}

function refuseProtected(name: string, stack: StackView, region: string): void {
  if (!stack.protected) return;
  throw new SlipwayError(
    'protected',
    `Stack ${name} is protected from deletion. If that is what you want, take the protection away and run this again:\n  aws cloudformation update-termination-protection --region ${region} --no-enable-termination-protection --stack-name ${name}`,
  );
}

async function tellRunning(cluster: string, ports: RemovePorts): Promise<void> {
  const running = (await ports.tasks.standalone(cluster)).length;
  if (running > 0) ports.print(`${running} job${running === 1 ? '' : 's'} with a task of its own will be stopped.`);
}

async function deleteStack(
  name: string,
  { stackId }: StackView,
  cluster: string | undefined,
  buckets: readonly string[],
  ports: RemovePorts,
): Promise<void> {
  const { stacks, pace } = ports;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    for (const bucket of buckets) await ports.buckets.empty(bucket);
    // The functions may have started another one since: each try looks anew.
    for (const task of cluster === undefined ? [] : await ports.tasks.standalone(cluster)) {
      await ports.tasks.stop(cluster ?? '', task);
    }
    pace.say(`deleting stack ${name}${attempt > 1 ? `, attempt ${attempt}` : ''}…`);
    await stacks.delete(name);
    const status = await waitWhileBusy(name, stacks, pace);
    if (status === undefined) return;
  }
  const failures = await stacks.failures(stackId);
  throw new SlipwayError(
    'not-removed',
    `Stack ${name} could not be deleted as a whole:\n${failures.map((line) => `  ${line}`).join('\n')}\nSolve that by hand, and run this again: it goes on from there.`,
  );
}

/** What the last stack of this name left: for who was interrupted before it was told. */
async function leftByEarlier(name: string, ports: RemovePorts): Promise<readonly Leftover[]> {
  try {
    const [newest] = await ports.stacks.findDeleted(name);
    return newest === undefined ? [] : skippedResources(await ports.stacks.resources(newest));
  } catch (error) {
    // The removal is done whatever became of CloudFormation's memory of it.
    ports.pace.say(
      `what an earlier stack ${name} left cannot be read: ${error instanceof Error ? error.message : error}`,
    );
    return [];
  }
}

async function tellLeftovers(leftovers: readonly Leftover[], { stage, region }: RemoveOptions, ports: RemovePorts) {
  const text = leftoversText(leftovers, region);
  if (text !== '') ports.print(`\n${text}`);
  const images = imageStackName(stage);
  if ((await ports.stacks.find(images)) === undefined) return;
  ports.print(
    `\nThe images stay too, for a next deployment. To delete them:\n  aws cloudformation delete-stack --region ${region} --stack-name ${images}`,
  );
}
