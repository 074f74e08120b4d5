/** The prefix on the stand-in's endpoint under which tasks find their agent. */
export const AGENT_PREFIX = '/_ecs/';

/** Value of ECS_AGENT_URI: `$ECS_AGENT_URI/task-protection/v1/state` is the protection of the task. */
export function agentUri(endpointUrl: string, taskId: string): string {
  return `${endpointUrl}${AGENT_PREFIX}${taskId}`;
}

/** Value of ECS_CONTAINER_METADATA_URI_V4. */
export function metadataUri(endpointUrl: string, taskId: string, container: string): string {
  return `${agentUri(endpointUrl, taskId)}/v4/${container}`;
}

/** What is in the environment of every process of a task, and of no other's. */
export function taskMarker(taskId: string): string {
  return `${AGENT_PREFIX}${taskId}/v4/`;
}
