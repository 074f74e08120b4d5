import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, DescribeTasksCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { type Place, projectDirectory } from './place.ts';
import { serveTaskAgent } from './task-agent.ts';

/** A container of a task, as a process over the built files: what its image would start. */
export interface Container {
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  readonly exited: Promise<number | null>;
  printed(): string;
}

interface Start {
  readonly taskDefinition: string;
  readonly taskArn: string;
  readonly cluster: string;
  /** Of the launch: `JOB`, `JOB_ID`, `ATTEMPT`. */
  readonly overrides?: readonly { name?: string | undefined; value?: string | undefined }[];
}

/** Starts what moto's ECS only notes down, with the environment that the deployed task definition gives. */
export async function startContainer(place: Place, ecs: ECSClient, start: Start): Promise<Container> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: start.taskDefinition }),
  );
  const [container] = taskDefinition?.containerDefinitions ?? [];
  const agent = await serveTaskAgent(start.cluster, start.taskArn);
  const folder = join(place.directory, 'tasks', start.taskArn.split('/').at(-1) ?? '');
  const [scratch, results] = [join(folder, 'scratch'), join(place.directory, 'results')];
  await Promise.all([scratch, results].map((path) => mkdir(path, { recursive: true })));
  const given = [...(container?.environment ?? []), ...(start.overrides ?? [])];
  const child = spawn(
    process.execPath,
    [join(projectDirectory, '.build/worker/main.mjs'), ...(container?.command ?? [])],
    {
      env: {
        ...place.environment,
        ...Object.fromEntries(given.map(({ name = '', value = '' }) => [name, value])),
        ECS_CONTAINER_METADATA_URI_V4: agent.url,
        // There is no agent that could protect a task.
        TASK_PROTECTION: 'off',
        SCRATCH_DIRECTORY: scratch,
        RESULTS_DIRECTORY: results,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => agent.close());
  return {
    exited,
    printed: () => printed,
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Runs a task that a function has launched, from what ECS noted of the launch; gives its exit code. */
export async function runLaunchedTask(place: Place, ecs: ECSClient, cluster: string, taskArn: string) {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  const [task] = tasks ?? [];
  const overrides = task?.overrides?.containerOverrides?.[0]?.environment ?? [];
  const container = await startContainer(place, ecs, {
    taskDefinition: task?.taskDefinitionArn ?? '',
    taskArn,
    cluster,
    overrides,
  });
  return { task, exitCode: await container.exited, printed: container.printed() };
}
