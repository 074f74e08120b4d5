import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { readBody, type WireRequest, type WireResponse } from '../../http/wire.ts';
import type { Ecs } from '../ecs.ts';
import { type ProtectionAnswer, protectionOf, setProtection } from '../protection.ts';
import { isProtected, type Task } from '../task.ts';
import { taskRoleOf } from '../task-rights.ts';
import { jsonAnswer } from './json-answer.ts';

/** Fields that are not known are refused, as the agent refuses them. */
const stateSchema = z.strictObject({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.number().int().nullish(),
});

/**
 * `GET|PUT $ECS_AGENT_URI/task-protection/v1/state`. A failure arrives with HTTP 200
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html).
 */
export async function answerProtection(ecs: Ecs, task: Task, request: WireRequest): Promise<WireResponse> {
  const role = taskRoleOf(task);
  if (role === undefined) {
    return refusal(task, 403, 'AccessDeniedException', 'The task has no task role, whose permission this needs.');
  }
  try {
    const action = request.method === 'GET' ? 'ecs:GetTaskProtection' : 'ecs:UpdateTaskProtection';
    const context = { 'ecs:cluster': task.clusterArn };
    ecs.rights.demand(role, 'ecs', [{ action, resource: task.taskArn, context }]);
    if (request.method === 'GET') return answerOf(ecs, task, protectionOf(ecs, task.clusterName, task.taskId));
    if (request.method !== 'PUT') return refusal(task, 405, 'InvalidParameterException', 'Use GET or PUT.');
    const state = stateSchema.parse(JSON.parse((await readBody(request)).toString('utf8')));
    const minutes = state.ExpiresInMinutes ?? undefined;
    return answerOf(ecs, task, setProtection(ecs, task.clusterName, task.taskId, state.ProtectionEnabled, minutes));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDeniedException') {
      return refusal(task, error.status, error.code, error.message);
    }
    return refusal(task, 400, 'InvalidParameterException', `Invalid request: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AwsError || error instanceof SyntaxError) return error.message;
  if (!(error instanceof z.ZodError)) throw error;
  const [issue] = error.issues;
  return issue ? `${issue.path.map(String).join('.')} ${issue.message}`.trim() : 'not as documented';
}

function answerOf(ecs: Ecs, task: Task, answer: ProtectionAnswer): WireResponse {
  if (answer.failure) {
    const { reason, detail } = answer.failure;
    return jsonAnswer(200, { failure: { Arn: task.taskArn, Reason: reason, Detail: detail } });
  }
  const { protectedUntil = 0 } = answer.task ?? task;
  const enabled = isProtected(answer.task ?? task, ecs.clock.now());
  const expiry = enabled ? { ExpirationDate: new Date(protectedUntil).toISOString().replace(/\.\d+Z$/, 'Z') } : {};
  return jsonAnswer(200, { protection: { TaskArn: task.taskArn, ProtectionEnabled: enabled, ...expiry } });
}

function refusal(task: Task, status: number, code: string, message: string): WireResponse {
  return jsonAnswer(status, { error: { Arn: task.taskArn, Code: code, Message: message } });
}
