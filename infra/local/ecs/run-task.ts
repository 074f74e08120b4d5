import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Cluster } from './clusters.ts';
import type { Ecs } from './ecs.ts';
import {
  capacityProviderStrategy,
  emptyList,
  flag,
  launchType,
  networkConfiguration,
  tags,
  wholeNumber,
} from './input-types.ts';
import { type Launch, launchTasks } from './launch-tasks.ts';
import type { TaskRequest } from './new-task.ts';
import { checkOverrides, taskOverride } from './overrides.ts';
import type { TaskDefinition } from './task-definition.ts';

/** What RunTask takes. */
export const runTaskInput = z.strictObject({
  cluster: z.string().exactOptional(),
  taskDefinition: z.string(),
  count: wholeNumber.default(1),
  launchType: launchType.exactOptional(),
  capacityProviderStrategy: capacityProviderStrategy.default([]),
  networkConfiguration: networkConfiguration.exactOptional(),
  overrides: taskOverride.default({ containerOverrides: [] }),
  clientToken: z.string().exactOptional(),
  startedBy: z.string().exactOptional(),
  group: z.string().exactOptional(),
  tags: tags.default([]),
  propagateTags: z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']).default('NONE'),
  platformVersion: z.string().exactOptional(),
  enableExecuteCommand: flag.default(false),
  // The tags that ECS itself would add matter to bills only.
  enableECSManagedTags: flag.exactOptional(),
  referenceId: z.string().exactOptional(),
  placementConstraints: emptyList.exactOptional(),
  placementStrategy: emptyList.exactOptional(),
  volumeConfigurations: emptyList.exactOptional(),
});

type RunTaskInput = z.output<typeof runTaskInput>;

const MAX_COUNT = 10;
const MAX_STARTED_BY = 128;
const CLIENT_TOKEN = /^[\x21-\x7e]{1,64}$/;

/**
 * Starts up to ten tasks. The same clientToken with the same parameters gives the tasks that it started; a shortage of
 * room is no error but is told in `failures`. Throws ClientException, InvalidParameterException, ConflictException.
 */
export function runTask(ecs: Ecs, input: RunTaskInput): Launch {
  checkInput(input);
  const cluster = ecs.clusters.get(input.cluster);
  const { clientToken, ...parameters } = input;
  const fingerprint = canonicalJson(parameters);
  if (clientToken !== undefined) {
    const before = ecs.tokens.find(cluster.name, clientToken, fingerprint);
    if (before) return { tasks: before.map((taskId) => ecs.tasks.get(taskId)), failures: [] };
  }
  const definition = definitionToRun(ecs, input.taskDefinition);
  checkOverrides(input.overrides, definition);
  return launchTasks(ecs, requestOf(input, cluster, definition), input.count, {
    alongside: (tasks) => {
      if (clientToken === undefined) return;
      ecs.tokens.remember(
        cluster.name,
        clientToken,
        fingerprint,
        tasks.map(({ taskId }) => taskId),
      );
    },
  });
}

/** The task definition that a call names. Throws ClientException when it is unknown or deregistered. */
export function definitionToRun(ecs: Ecs, reference: string): TaskDefinition {
  const definition = ecs.definitions.find(reference);
  if (!definition) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (definition.status === 'INACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return definition;
}

function checkInput({ count, startedBy, clientToken }: RunTaskInput): void {
  if (count < 1 || count > MAX_COUNT) {
    throw new AwsError('InvalidParameterException', `Count must be between 1 and ${MAX_COUNT}.`);
  }
  if (startedBy !== undefined && startedBy.length > MAX_STARTED_BY) {
    throw new AwsError('InvalidParameterException', `startedBy must be at most ${MAX_STARTED_BY} characters.`);
  }
  if (clientToken !== undefined && !CLIENT_TOKEN.test(clientToken)) {
    throw new AwsError(
      'InvalidParameterException',
      'clientToken must be 1 to 64 ASCII characters in the range 33-126.',
    );
  }
}

function requestOf(input: RunTaskInput, cluster: Cluster, definition: TaskDefinition): TaskRequest {
  const { startedBy, group, networkConfiguration, launchType } = input;
  const inherited = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
  const ownKeys = new Set(input.tags.map(({ key }) => key));
  return {
    cluster,
    definition,
    group: group ?? `family:${definition.family}`,
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(launchType === undefined ? {} : { launchType }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    capacityProviderStrategy: input.capacityProviderStrategy,
    overrides: input.overrides,
    enableExecuteCommand: input.enableExecuteCommand,
    tags: [...inherited.filter(({ key }) => !ownKeys.has(key)), ...input.tags],
  };
}
