import type { WireRequest, WireResponse, WireService } from '../../http/wire.ts';
import type { Ecs } from '../ecs.ts';
import type { Task } from '../task.ts';
import { AGENT_PREFIX } from './agent-uris.ts';
import { jsonAnswer } from './json-answer.ts';
import { containerMetadata, taskMetadata } from './metadata.ts';
import { answerProtection } from './protection-endpoint.ts';

/** The container agent of every task: metadata version 4 and task protection, unsigned, below the task's own path. */
export function agentWire(ecs: Ecs): WireService {
  return {
    signingNames: [],
    async handle(request) {
      const [taskId = '', kind, ...rest] = request.rawPath.slice(AGENT_PREFIX.length).split('/');
      const task = ecs.tasks.findActive(taskId);
      if (task && kind === 'task-protection' && rest.join('/') === 'v1/state') {
        return answerProtection(ecs, task, request);
      }
      const metadata = task && kind === 'v4' ? metadataOf(ecs, task, request, rest) : undefined;
      return metadata ?? notFound(task, request);
    },
  };
}

function metadataOf(ecs: Ecs, task: Task, request: WireRequest, rest: readonly string[]): WireResponse | undefined {
  const [name = '', ...path] = rest;
  const container = task.containers.find((each) => each.name === decodeURIComponent(name));
  if (!container || request.method !== 'GET') return undefined;
  const definition = ecs.definitions.find(task.taskDefinitionArn);
  switch (path.join('/')) {
    case '':
      return jsonAnswer(200, containerMetadata(task, container, definition));
    case 'task':
      return jsonAnswer(200, taskMetadata(task, definition));
    case 'taskWithTags': {
      const tags = Object.fromEntries(task.tags.map(({ key, value }) => [key, value]));
      return jsonAnswer(200, { ...taskMetadata(task, definition), TaskTags: tags });
    }
    case 'stats':
      return jsonAnswer(200, statsOf(ecs));
    case 'task/stats':
      return jsonAnswer(200, Object.fromEntries(task.containers.map(({ runtimeId }) => [runtimeId, statsOf(ecs)])));
    default:
      return undefined;
  }
}

/** Only when it was read: what a task uses is not measured. */
function statsOf(ecs: Ecs): Record<string, unknown> {
  return { read: new Date(ecs.clock.now()).toISOString() };
}

function notFound(task: Task | undefined, request: WireRequest): WireResponse {
  const message = task
    ? `${request.method} ${request.rawPath} is not implemented by the local stand-in.`
    : 'Failed to find a task for the request';
  return jsonAnswer(404, { error: { Arn: task?.taskArn ?? '', Code: 'ResourceNotFoundException', Message: message } });
}
