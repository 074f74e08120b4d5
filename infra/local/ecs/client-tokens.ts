import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';

const TOKEN_LIFE_MS = 24 * 3_600_000;

/** Which tasks a RunTask call with a clientToken started, so that the same call again starts none. */
export interface ClientTokens {
  /**
   * The ids of the tasks that this token started with this request. Throws ConflictException with the tasks' ARNs when
   * it came with another request (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html).
   */
  find(cluster: string, token: string, request: string): string[] | undefined;
  remember(cluster: string, token: string, request: string, taskIds: readonly string[]): void;
}

/** Client tokens over the stand-in's database; each is remembered for 24 hours and belongs to one cluster. */
export function clientTokens(
  database: DatabaseSync,
  clock: Clock,
  arnOf: (cluster: string, id: string) => string,
): ClientTokens {
  const byToken = database.prepare(
    'SELECT request, task_ids FROM ecs_client_token WHERE cluster = ? AND token = ? AND created_at > ?',
  );
  const insert = database.prepare(
    'INSERT OR REPLACE INTO ecs_client_token (cluster, token, request, task_ids, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const prune = database.prepare('DELETE FROM ecs_client_token WHERE created_at <= ?');
  return {
    find(cluster, token, request) {
      const row = byToken.get(cluster, token, clock.now() - TOKEN_LIFE_MS);
      if (!row) return undefined;
      const taskIds = JSON.parse(String(row.task_ids)) as string[];
      if (row.request === request) return taskIds;
      throw new AwsError(
        'ConflictException',
        'The provided clientToken is already in use with a different RunTask request.',
        400,
        { resourceIds: taskIds.map((id) => arnOf(cluster, id)) },
      );
    },
    remember(cluster, token, request, taskIds) {
      prune.run(clock.now() - TOKEN_LIFE_MS);
      insert.run(cluster, token, request, JSON.stringify(taskIds), clock.now());
    },
  };
}
