import { arn } from '../../account.ts';
import { clusterArn, nameOf, serviceArn, taskArn } from '../../ecs/names.ts';
import type { Access } from '../access.ts';
import { type AuthorizationTable, type Lookups, list, type Members, on, text } from '../authorization.ts';

const DEFAULT_CLUSTER = 'default';

/**
 * ECS, after the Service Authorization Reference (list_ecs): RunTask is allowed on the task definition, listing on nothing
 * narrower than a cluster in the condition `ecs:cluster`. Whoever starts a task passes on its roles.
 */
export const ECS: AuthorizationTable<Members> = {
  DeregisterTaskDefinition: () => [on('ecs:DeregisterTaskDefinition', '*')],
  DescribeClusters: ({ clusters }, { region }) =>
    (list(clusters).length > 0 ? list(clusters) : [DEFAULT_CLUSTER]).map((cluster) =>
      on('ecs:DescribeClusters', clusterArn(region, nameOf(text(cluster)))),
    ),
  DescribeServices: (input, { region }) =>
    list(input.services).map((service) =>
      on('ecs:DescribeServices', serviceArn(region, clusterOf(input), nameOf(text(service))), inCluster(input, region)),
    ),
  DescribeTaskDefinition: () => [on('ecs:DescribeTaskDefinition', '*')],
  DescribeTasks: (input, { region }) => onTasks('ecs:DescribeTasks', input, region),
  GetTaskProtection: (input, { region }) => onTasks('ecs:GetTaskProtection', input, region),
  ListClusters: () => [on('ecs:ListClusters', '*')],
  ListServices: (input, { region }) => [on('ecs:ListServices', '*', inCluster(input, region))],
  ListTagsForResource: ({ resourceArn }) => [on('ecs:ListTagsForResource', text(resourceArn))],
  ListTaskDefinitionFamilies: () => [on('ecs:ListTaskDefinitionFamilies', '*')],
  ListTaskDefinitions: () => [on('ecs:ListTaskDefinitions', '*')],
  ListTasks: (input, { region }) => [on('ecs:ListTasks', '*', inCluster(input, region))],
  RegisterTaskDefinition: ({ taskRoleArn, executionRoleArn }) => [
    on('ecs:RegisterTaskDefinition', '*'),
    ...passing([taskRoleArn, executionRoleArn]),
  ],
  RunTask: startTasks,
  StartTask: startTasks,
  StopTask: (input, { region }) => [
    on('ecs:StopTask', taskArn(region, clusterOf(input), nameOf(text(input.task))), inCluster(input, region)),
  ],
  TagResource: ({ resourceArn, tags }) => [on('ecs:TagResource', text(resourceArn), tagContext(tags))],
  UpdateService: (input, lookups) => {
    const service = serviceArn(lookups.region, clusterOf(input), nameOf(text(input.service)));
    const definition =
      input.taskDefinition === undefined ? undefined : lookups.taskDefinition(text(input.taskDefinition));
    const context = { ...inCluster(input, lookups.region), 'ecs:task-definition': definition?.taskDefinitionArn };
    return [
      on('ecs:UpdateService', service, context),
      ...passing([definition?.taskRoleArn, definition?.executionRoleArn]),
    ];
  },
  UpdateTaskProtection: (input, { region }) => onTasks('ecs:UpdateTaskProtection', input, region),
};

function startTasks(input: Members, lookups: Lookups): Access[] {
  const { region } = lookups;
  const reference = text(input.taskDefinition);
  const definition = lookups.taskDefinition(reference);
  const overrides = (input.overrides ?? {}) as Members;
  const resource = definition?.taskDefinitionArn ?? definitionArn(region, reference);
  const context = {
    ...inCluster(input, region),
    'ecs:enable-execute-command': String(input.enableExecuteCommand === true),
    ...tagContext(input.tags),
  };
  return [
    on('ecs:RunTask', resource, context),
    ...passing([
      overrides.taskRoleArn ?? definition?.taskRoleArn,
      overrides.executionRoleArn ?? definition?.executionRoleArn,
    ]),
    ...tagging(input, region),
  ];
}

/** Tags at creation need the right to tag what does not exist yet. */
function tagging(input: Members, region: string): Access[] {
  if (list(input.tags).length === 0) return [];
  const context = { ...inCluster(input, region), ...tagContext(input.tags), 'ecs:CreateAction': 'RunTask' };
  return [on('ecs:TagResource', taskArn(region, clusterOf(input), '*'), context)];
}

function passing(roles: readonly unknown[]): Access[] {
  return roles
    .filter((role) => typeof role === 'string')
    .map((role) => on('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }));
}

function onTasks(action: string, input: Members, region: string): Access[] {
  return list(input.tasks).map((task) =>
    on(action, taskArn(region, clusterOf(input), nameOf(text(task))), inCluster(input, region)),
  );
}

function clusterOf({ cluster }: Members): string {
  return cluster === undefined ? DEFAULT_CLUSTER : nameOf(text(cluster));
}

function inCluster(input: Members, region: string): Record<string, string> {
  return { 'ecs:cluster': clusterArn(region, clusterOf(input)) };
}

function tagContext(tags: unknown): Record<string, string | string[]> {
  const pairs: { key?: unknown; value?: unknown }[] = list(tags).map((tag) => Object(tag));
  if (pairs.length === 0) return {};
  return {
    'aws:TagKeys': pairs.map(({ key }) => text(key)),
    ...Object.fromEntries(pairs.map(({ key, value }) => [`aws:RequestTag/${text(key)}`, text(value)])),
  };
}

function definitionArn(region: string, reference: string): string {
  return reference.startsWith('arn:') ? reference : arn('ecs', region, `task-definition/${reference}`);
}
