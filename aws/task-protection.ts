import * as z from 'zod';
import type { Environment } from './settings.ts';

/**
 * What ECS says to a request for protection. `refused` is its decision: it is about to stop the task, or a deployment
 * waits for it. `unavailable` is no decision: the agent did not answer, or could not ask.
 */
export type ProtectionAnswer =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused' | 'unavailable'; readonly reason: string };

/** Keeps ECS from choosing this task when a service scales in or is deployed. */
export interface TaskProtection {
  /** Protects for `minutes` (1–2,880), or ends the protection. Never rejects. */
  protect(minutes: number): Promise<ProtectionAnswer>;
  release(): Promise<ProtectionAnswer>;
}

/** ECS's longest protection, minutes. */
export const LONGEST_PROTECTION_MINUTES = 2_880;

/** A refusal comes with HTTP 200 too: only `protection` means yes. */
const answerSchema = z.looseObject({
  protection: z.unknown().optional(),
  failure: z.looseObject({ Reason: z.string().default('unknown') }).optional(),
  error: z.looseObject({ Code: z.string().default('unknown'), Message: z.string().default('') }).optional(),
});

/**
 * The agent's endpoint of the task itself
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html).
 */
export function createTaskProtection(environment: Environment): TaskProtection {
  const base = environment.ECS_AGENT_URI;

  async function put(state: object): Promise<ProtectionAnswer> {
    // Where there is no agent, nobody takes the task away either.
    if (!base) return { kind: 'granted' };
    try {
      const answer = await fetch(`${base}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(state),
        signal: AbortSignal.timeout(5_000),
      });
      return readAnswer(answer.status, answerSchema.parse(await answer.json()));
    } catch (error) {
      return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    protect: (minutes) =>
      put({
        ProtectionEnabled: true,
        ExpiresInMinutes: Math.min(LONGEST_PROTECTION_MINUTES, Math.max(1, Math.ceil(minutes))),
      }),
    release: () => put({ ProtectionEnabled: false }),
  };
}

function readAnswer(status: number, { protection, failure, error }: z.infer<typeof answerSchema>): ProtectionAnswer {
  if (failure !== undefined) return { kind: 'refused', reason: failure.Reason };
  if (error !== undefined) return { kind: 'unavailable', reason: `${error.Code}: ${error.Message}` };
  return protection === undefined
    ? { kind: 'unavailable', reason: `the agent answered ${status}` }
    : { kind: 'granted' };
}
