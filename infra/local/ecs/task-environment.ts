import { agentUri, metadataUri } from './agent/agent-uris.ts';
import type { ContainerDefinition } from './container-definition.ts';
import type { PlanSources } from './plan-sources.ts';
import type { Task } from './task.ts';

/**
 * The environment of a task's container: what ECS gives, then what the definition says, each value changed by `mapValue`.
 * The agent's own variables cannot be replaced.
 */
export function taskEnvironment(
  task: Task,
  container: ContainerDefinition,
  sources: PlanSources,
  mapValue: (value: string) => string = (value) => value,
): Record<string, string> {
  const url = sources.endpointUrl();
  const given = container.environment.map(({ name, value }) => [name, mapValue(value)] as const);
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: sources.region,
    AWS_DEFAULT_REGION: sources.region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ...credentialsOf(task, sources),
    ...Object.fromEntries(given),
    ...sources.extraEnvironment?.(task),
    ECS_CONTAINER_METADATA_URI_V4: metadataUri(url, task.taskId, container.name),
    ECS_AGENT_URI: agentUri(url, task.taskId),
  };
}

/** Without a task role a task has no credentials, as on AWS. */
function credentialsOf(task: Task, sources: PlanSources): Record<string, string> {
  if (task.taskRoleArn === undefined) return {};
  const { accessKeyId, secretAccessKey } = sources.credentials(task.taskRoleArn, task.taskId);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}
