import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { CONTAINER_NAME } from '../../../core/launch.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';
import { awsError, noAnswer, PATIENCE_MS, type Serve } from './wire.ts';

/** How a task came to its end, in ECS's words. */
export interface Death {
  readonly exitCode?: number;
  readonly stopCode: string;
  readonly stoppedReason: string;
  readonly containerReason?: string;
}

export interface Task {
  readonly arn: string;
  readonly group: string;
  readonly startedBy: string;
  readonly overrides: RunTaskCommandInput['overrides'];
  readonly createdAt: number;
  death?: Death;
  /** StopTask was called. */
  stopping: boolean;
  stoppedAt?: number;
  /** End of the protection from scaling in; 0 without one. */
  protectedUntil: number;
  /** ECS says nothing of it any more, or never did. */
  forgotten: boolean;
}

export interface EcsService {
  readonly serve: Serve;
  /** A task that nobody asked for over the API: the service's, a schedule's. */
  start(group: string, startedBy: string): Task;
  stop(task: Task, death: Death): void;
  readonly tasks: ReadonlyMap<string, Task>;
}

export interface EcsOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly chance: Chance;
  /** A launched task begins to run. */
  onLaunch(task: Task): void;
  /** Somebody calls StopTask. */
  onStop(task: Task, reason: string): void;
  /** A task has stopped, and ECS says so. */
  onStopped(task: Task): void;
}

/** ECS answers for a stopped task about this long. */
const MEMORY_MS = 3_600_000;

export function createEcsService({ scheduler, faults, chance, onLaunch, onStop, onStopped }: EcsOptions): EcsService {
  const tasks = new Map<string, Task>();
  const tokens = new Map<string, { readonly input: string; readonly task: Task }>();

  function add(group: string, startedBy: string, overrides: RunTaskCommandInput['overrides']): Task {
    const arn = `arn:aws:ecs:eu-central-1:123456789012:task/slipway/${String(tasks.size + 1).padStart(32, '0')}`;
    const task: Task = {
      arn,
      group,
      startedBy,
      overrides,
      createdAt: scheduler.now(),
      protectedUntil: 0,
      stopping: false,
      forgotten: false,
    };
    tasks.set(arn, task);
    return task;
  }

  function runTask(input: RunTaskCommandInput): unknown {
    const { clientToken = '', startedBy = '', overrides } = input;
    const text = JSON.stringify(input);
    const known = tokens.get(clientToken);
    if (known !== undefined && known.input !== text) {
      throw Object.assign(awsError('ConflictException', 400), { resourceIds: [known.task.arn] });
    }
    if (known === undefined && faults.draw('ecs.no-capacity')) {
      return { tasks: [], failures: [{ reason: 'RESOURCE:MEMORY' }] };
    }
    const task = known?.task ?? add('family:job', startedBy, overrides);
    if (known === undefined) {
      tokens.set(clientToken, { input: text, task });
      scheduler.after(chance.between(10_000, 45_000), () => begin(task));
    }
    if (faults.draw('ecs.started-without-answer')) throw noAnswer();
    return { tasks: [describe(task)], failures: [] };
  }

  /** It runs; or it comes to nothing, and nobody is told of it. */
  function begin(task: Task): void {
    if (!faults.draw('task.vanished')) {
      onLaunch(task);
      return;
    }
    task.death = { stopCode: 'TaskFailedToStart', stoppedReason: 'unknown' };
    task.stoppedAt = scheduler.now();
    task.forgotten = true;
  }

  function describe(task: Task): unknown {
    const { arn, death, startedBy, overrides, createdAt, stopping, stoppedAt } = task;
    return {
      taskArn: arn,
      startedBy,
      overrides,
      createdAt: new Date(createdAt),
      desiredStatus: death === undefined && !stopping ? 'RUNNING' : 'STOPPED',
      ...(stoppedAt === undefined ? {} : { stoppedAt: new Date(stoppedAt) }),
      lastStatus: death === undefined ? 'RUNNING' : 'STOPPED',
      ...(death === undefined ? {} : { stopCode: death.stopCode, stoppedReason: death.stoppedReason }),
      containers: [{ name: CONTAINER_NAME, exitCode: death?.exitCode, reason: death?.containerReason }],
    };
  }

  function isKnown(task: Task): boolean {
    return !task.forgotten && (task.stoppedAt === undefined || scheduler.now() - task.stoppedAt < MEMORY_MS);
  }

  function answerTo(command: object): unknown {
    if (command instanceof RunTaskCommand) return runTask(command.input);
    if (command instanceof DescribeTasksCommand) {
      const found = (command.input.tasks ?? []).flatMap((arn) => tasks.get(arn) ?? []).filter(isKnown);
      return { tasks: found.map(describe) };
    }
    if (command instanceof ListTasksCommand) {
      const { startedBy, family, desiredStatus = 'RUNNING' } = command.input;
      const found = [...tasks.values()]
        .filter((task) => isKnown(task) && (task.death === undefined) === (desiredStatus === 'RUNNING'))
        .filter((task) => startedBy === undefined || task.startedBy === startedBy)
        .filter((task) => family === undefined || task.group === `family:${family}`);
      return { taskArns: found.map(({ arn }) => arn) };
    }
    if (command instanceof StopTaskCommand) {
      const task = tasks.get(command.input.task ?? '');
      if (task !== undefined && task.stoppedAt === undefined && !task.stopping) {
        task.stopping = true;
        onStop(task, command.input.reason ?? '');
      }
      return {};
    }
    throw new Error(`The model of ECS does not know ${command.constructor.name}.`);
  }

  return {
    tasks,
    serve(command, reply) {
      if (faults.draw('ecs.throttled')) return reply.fail(awsError('ThrottlingException', 400));
      if (faults.draw('ecs.no-answer')) return scheduler.after(PATIENCE_MS, () => reply.fail(noAnswer()));
      try {
        reply.ok(answerTo(command));
      } catch (error) {
        reply.fail(error as Error);
      }
    },
    start: (group, startedBy) => add(group, startedBy, {}),
    stop(task, death) {
      if (task.stoppedAt !== undefined) return;
      task.stoppedAt = scheduler.now();
      task.protectedUntil = 0;
      task.forgotten = faults.draw('ecs.task-forgotten');
      // ECS sees an end some seconds after it.
      scheduler.after(chance.between(500, 8000), () => {
        task.death = death;
        onStopped(task);
      });
    },
  };
}
