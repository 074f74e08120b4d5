import * as z from 'zod';
import type { Environment } from './settings.ts';

/** Keeps ECS from choosing this task when a service scales in. */
export interface TaskProtection {
  /** Protects for `minutes` (1–2,880), or ends the protection. Never rejects: gives back why it was refused, if it was. */
  protect(minutes: number): Promise<string | undefined>;
  release(): Promise<string | undefined>;
}

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

  async function put(state: object): Promise<string | undefined> {
    if (!base) return 'there is no ECS_AGENT_URI';
    try {
      const answer = await fetch(`${base}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(state),
        signal: AbortSignal.timeout(5_000),
      });
      const parsed = answerSchema.safeParse(await answer.json());
      return refusal(answer.status, parsed.data);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  return {
    protect: (minutes) => put({ ProtectionEnabled: true, ExpiresInMinutes: Math.min(2_880, Math.max(1, minutes)) }),
    release: () => put({ ProtectionEnabled: false }),
  };
}

function refusal(status: number, answer: z.infer<typeof answerSchema> | undefined): string | undefined {
  if (answer?.failure !== undefined) return answer.failure.Reason;
  if (answer?.error !== undefined) return `${answer.error.Code}: ${answer.error.Message}`;
  return answer?.protection === undefined ? `the agent answered ${status}` : undefined;
}
