import { ACCOUNT_ID, arn } from '../account.ts';
import type { Access } from '../iam/access.ts';
import { logStreamArn } from '../iam/authorizations/logs.ts';
import type { ActingRole, Rights } from '../ports.ts';
import type { ContainerDefinition } from './container-definition.ts';
import { logStreamOf } from './log-stream.ts';
import { StartFailure } from './start-failure.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** What the rights of a task are asked with. */
export interface TaskRights {
  readonly rights: Rights;
  readonly region: string;
}

/** The session of its own role that a task runs with; undefined for a task without one. */
export function taskRoleOf({ taskRoleArn, taskId }: Task): ActingRole | undefined {
  return taskRoleArn === undefined ? undefined : { roleArn: taskRoleArn, session: taskId };
}

/** The role that ECS itself acts with for a task. */
function executionRoleOf({ overrides, taskId }: Task, { executionRoleArn }: TaskDefinition): ActingRole | undefined {
  const roleArn = overrides.executionRoleArn ?? executionRoleArn;
  return roleArn === undefined ? undefined : { roleArn, session: taskId };
}

/**
 * Asks for everything that ECS needs to start a task: to take on its roles, to pull images and open log streams with the
 * execution role, to mount file systems with the task's own. Throws StartFailure in the words that stopped tasks have for
 * it (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html).
 */
export function checkStart(task: Task, definition: TaskDefinition, options: TaskRights): void {
  const { rights, region } = options;
  assumeRoles(task, definition, options);
  const execution = executionRoleOf(task, definition);
  if (execution) {
    for (const container of definition.containerDefinitions) {
      orFail('CannotPullContainerError: pull image manifest', () =>
        rights.demand(execution, 'ecr', pullOf(container, region)),
      );
      for (const { valueFrom } of container.logConfiguration?.secretOptions ?? []) {
        const action = 'secretsmanager:GetSecretValue';
        orFail('ResourceInitializationError: unable to pull secrets or registry auth', () =>
          rights.demand(execution, 'secretsmanager', [{ action, resource: valueFrom }]),
        );
      }
      const resource = streamArn(task, container, region);
      if (resource === undefined || logStreamOf(task, container)?.writer !== 'execution-role') continue;
      const words =
        'ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream';
      orFail(words, () => rights.demand(execution, 'logs', [{ action: 'logs:CreateLogStream', resource }]));
    }
  }
  mountFileSystems(task, definition, options);
}

/** Whether the log driver, or the log router, may write a container's lines; without a role nobody asks. */
export function mayLog(task: Task, definition: TaskDefinition, container: ContainerDefinition, options: TaskRights) {
  const resource = streamArn(task, container, options.region);
  const writer = logStreamOf(task, container)?.writer;
  const role = writer === 'task-role' ? taskRoleOf(task) : executionRoleOf(task, definition);
  if (resource === undefined || role === undefined || writer === 'nobody') return true;
  // A router opens the stream itself, when the first line comes.
  const actions = [...(writer === 'task-role' ? ['logs:CreateLogStream'] : []), 'logs:PutLogEvents'];
  try {
    options.rights.demand(
      role,
      'logs',
      actions.map((action) => ({ action, resource })),
    );
    return true;
  } catch {
    return false;
  }
}

function assumeRoles(task: Task, definition: TaskDefinition, { rights, region }: TaskRights): void {
  // In the name of all of the account's tasks: the condition that the documentation gives is `ecs:REGION:ACCOUNT:*`.
  const sourceArn = arn('ecs', region, `task/${task.clusterName}/${task.taskId}`);
  for (const roleArn of new Set([task.taskRoleArn, executionRoleOf(task, definition)?.roleArn])) {
    if (roleArn === undefined) continue;
    orFail(`ResourceInitializationError: ECS was unable to assume the role '${roleArn}'`, () =>
      rights.assume('ecs-tasks.amazonaws.com', roleArn, sourceArn),
    );
  }
}

/** What AmazonECSTaskExecutionRolePolicy lists for a pull from ECR; other registries ask for nothing of IAM. */
function pullOf({ image }: ContainerDefinition, region: string): Access[] {
  const repository = new RegExp(`^${ACCOUNT_ID}\\.dkr\\.ecr\\.[\\w-]+\\.amazonaws\\.com/([^:@]+)`).exec(image)?.[1];
  if (repository === undefined) return [];
  const resource = arn('ecr', region, `repository/${repository}`);
  return [
    { action: 'ecr:GetAuthorizationToken', resource: '*' },
    { action: 'ecr:BatchCheckLayerAvailability', resource },
    { action: 'ecr:BatchGetImage', resource },
    { action: 'ecr:GetDownloadUrlForLayer', resource },
  ];
}

/**
 * A mount that lets the task write needs both rights. On AWS one without the right to write is mounted all the same and
 * fails at the first write; a folder of this machine cannot do that, so the task is refused at once.
 */
function mountFileSystems(task: Task, definition: TaskDefinition, { rights, region }: TaskRights): void {
  const role = taskRoleOf(task);
  for (const { name, efsVolumeConfiguration: efs } of definition.volumes) {
    const withIam = efs?.authorizationConfig?.iam === 'ENABLED';
    if (!efs || !withIam || !role) continue;
    const accessPoint = efs.authorizationConfig?.accessPointId;
    const resource = arn('elasticfilesystem', region, `file-system/${efs.fileSystemId}`);
    const context = {
      'elasticfilesystem:AccessedViaMountTarget': 'true',
      'elasticfilesystem:AccessPointArn':
        accessPoint && arn('elasticfilesystem', region, `access-point/${accessPoint}`),
    };
    const writes = definition.containerDefinitions.some(({ mountPoints }) =>
      mountPoints.some(({ sourceVolume, readOnly }) => sourceVolume === name && readOnly !== true),
    );
    const actions = ['ClientMount', ...(writes ? ['ClientWrite'] : [])];
    orFail('ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes', () =>
      rights.demand(
        role,
        'elasticfilesystem',
        actions.map((action) => ({ action: `elasticfilesystem:${action}`, resource, context })),
      ),
    );
  }
}

function streamArn(task: Task, container: ContainerDefinition, region: string): string | undefined {
  const log = logStreamOf(task, container);
  return log && logStreamArn(region, log.group, log.stream);
}

function orFail(words: string, ask: () => void): void {
  try {
    ask();
  } catch (cause) {
    throw new StartFailure(`${words}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
