import { type ECSClient, ListTasksCommand, RunTaskCommand, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { type LaunchChanges, launchOverrides, OVERRIDES_LIMIT, overridesLength } from '../core/launch-overrides.ts';
import { obstacleOfError, obstacleOfFailure } from '../core/run-task-failures.ts';
import { awsFault } from './aws-fault.ts';
import type { NetworkSettings } from './settings.ts';

/** One task to start. */
export interface LaunchRequest {
  /** ARN with the revision. */
  readonly taskDefinition: string;
  /** Letters, digits, `-`, `_` and `/`, at most 128. */
  readonly startedBy: string;
  /** At most 64 characters; the same token starts the same task once, for up to 24 hours. */
  readonly clientToken: string;
  readonly changes: LaunchChanges;
}

/** What came of a launch: errors are answers here, because each calls for something else. */
export type LaunchResult =
  /** `stopped`: an old answer to the same token; that task has ended in the meantime. */
  | { readonly kind: 'started'; readonly taskArn: string; readonly stopped: boolean }
  /** The token was used with other parameters, before a deployment perhaps: these are its tasks. */
  | { readonly kind: 'already-started'; readonly taskArns: readonly string[] }
  | { readonly kind: 'wait' | 'refused'; readonly code: string; readonly message: string };

/** Starts tasks, and knows which live. */
export interface TaskLauncher {
  launch(request: LaunchRequest): Promise<LaunchResult>;
  /** ARNs of tasks that run or are about to, at most 100. */
  live(filter: { readonly family: string } | { readonly startedBy: string }): Promise<readonly string[]>;
}

/** RunTask and ListTasks of one cluster. Unless the settings name a launch type, the cluster's default strategy decides. */
export function createTaskLauncher(client: ECSClient, network: NetworkSettings): TaskLauncher {
  async function launch(request: LaunchRequest): Promise<LaunchResult> {
    const overrides = launchOverrides(request.changes);
    const length = overridesLength(overrides);
    if (length > OVERRIDES_LIMIT) {
      const message = `The overrides have ${length} characters, ECS takes ${OVERRIDES_LIMIT}: the object's key is too long.`;
      return { kind: 'refused', code: 'overrides-too-long', message };
    }
    try {
      const answer = await client.send(new RunTaskCommand(runTaskInput(request, overrides, network)));
      return resultOf(answer.tasks?.[0], answer.failures?.[0]);
    } catch (error) {
      return resultOfError(error);
    }
  }

  return {
    launch,
    async live(filter) {
      const answer = await client.send(
        new ListTasksCommand({ cluster: network.CLUSTER, desiredStatus: 'RUNNING', ...filter }),
      );
      return answer.taskArns ?? [];
    },
  };
}

function runTaskInput(
  { taskDefinition, startedBy, clientToken }: LaunchRequest,
  overrides: ReturnType<typeof launchOverrides>,
  network: NetworkSettings,
): RunTaskCommandInput {
  return {
    cluster: network.CLUSTER,
    taskDefinition,
    count: 1,
    startedBy,
    clientToken,
    ...(network.LAUNCH_TYPE === undefined ? {} : { launchType: network.LAUNCH_TYPE }),
    ...networkConfiguration(network),
    // The SDK's type is mutable; what is sent is the same.
    overrides: overrides as NonNullable<RunTaskCommandInput['overrides']>,
  };
}

/** Only tasks with network interfaces of their own may have one. */
function networkConfiguration(network: NetworkSettings): Pick<RunTaskCommandInput, 'networkConfiguration'> {
  const { SUBNETS: subnets, SECURITY_GROUPS: securityGroups = [], ASSIGN_PUBLIC_IP: assignPublicIp } = network;
  if (subnets === undefined) return {};
  const awsvpcConfiguration = {
    subnets: [...subnets],
    securityGroups: [...securityGroups],
    ...(assignPublicIp === undefined ? {} : { assignPublicIp }),
  };
  return { networkConfiguration: { awsvpcConfiguration } };
}

/** RunTask can answer 200 and have started nothing: only a task in the answer is a start. */
function resultOf(
  task: { taskArn?: string | undefined; lastStatus?: string | undefined } | undefined,
  failure: { reason?: string | undefined; detail?: string | undefined } | undefined,
): LaunchResult {
  if (task?.taskArn !== undefined) {
    return { kind: 'started', taskArn: task.taskArn, stopped: task.lastStatus === 'STOPPED' };
  }
  if (failure === undefined) return { kind: 'wait', code: 'no-task', message: 'RunTask answered without a task.' };
  const code = failure.reason ?? 'no-reason';
  return { kind: obstacleOfFailure(code), code, message: failure.detail ?? code };
}

function resultOfError(error: unknown): LaunchResult {
  const { code } = awsFault(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== 'ConflictException') return { kind: obstacleOfError({ code, message }), code: code || 'error', message };
  const { resourceIds } = error as { resourceIds?: readonly string[] };
  return { kind: 'already-started', taskArns: resourceIds ?? [] };
}
