import * as z from 'zod';
import { SlipwayError } from '../core/errors.ts';
import { type Environment, readSettings, url } from './settings.ts';

/** What a task knows of itself. */
export interface TaskMetadata {
  readonly taskArn: string;
  readonly cluster: string;
  /** MiB of the task; absent when it has no limit. */
  readonly memoryMiB?: number;
  /** Where its output goes; absent with another log driver. */
  readonly log?: { readonly group: string; readonly stream: string };
}

const taskSchema = z.looseObject({
  TaskARN: z.string().min(1),
  Cluster: z.string().default(''),
  Limits: z.looseObject({ Memory: z.number().positive().exactOptional() }).exactOptional(),
});

const containerSchema = z.looseObject({ LogOptions: z.record(z.string(), z.string()).exactOptional() });

/** The agent may start a moment after the container. */
const TRIES = 5;

/**
 * Asks the task metadata endpoint, version 4
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html).
 * Throws SettingsError outside ECS, SlipwayError `no-metadata` when the endpoint does not answer.
 */
export async function readTaskMetadata(
  environment: Environment,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<TaskMetadata> {
  const { ECS_CONTAINER_METADATA_URI_V4: base } = readSettings(
    z.object({ ECS_CONTAINER_METADATA_URI_V4: url }),
    environment,
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [task, container] = await Promise.all([get(`${base}/task`, taskSchema), get(base, containerSchema)]);
      return metadataOf(task, container);
    } catch (cause) {
      if (attempt >= TRIES) {
        throw new SlipwayError('no-metadata', `The task metadata endpoint ${base} does not answer as documented.`, {
          cause,
        });
      }
      await sleep(100 * 2 ** attempt);
    }
  }
}

async function get<Schema extends z.ZodType>(address: string, schema: Schema): Promise<z.infer<Schema>> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return schema.parse(await answer.json());
}

function metadataOf(task: z.infer<typeof taskSchema>, container: z.infer<typeof containerSchema>): TaskMetadata {
  const group = container.LogOptions?.['awslogs-group'];
  const stream = container.LogOptions?.['awslogs-stream'];
  return {
    taskArn: task.TaskARN,
    cluster: task.Cluster,
    ...(task.Limits?.Memory === undefined ? {} : { memoryMiB: task.Limits.Memory }),
    ...(group === undefined || stream === undefined ? {} : { log: { group, stream } }),
  };
}
