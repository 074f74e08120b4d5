import type { Clock } from '../clock.ts';
import type { Rights } from '../ports.ts';
import type { Capacity } from './capacity.ts';
import type { ClientTokens } from './client-tokens.ts';
import type { Clusters } from './clusters.ts';
import type { FindAlarm } from './rollout-alarms.ts';
import type { ServiceScheduler } from './service-scheduler.ts';
import type { Services } from './services.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import type { TaskRunner } from './task-runner.ts';
import type { Tasks } from './tasks.ts';

/** What the operations and resources of ECS work on. */
export interface Ecs {
  readonly clock: Clock;
  readonly region: string;
  /** What the roles of tasks may do. */
  readonly rights: Rights;
  readonly capacity: Capacity;
  readonly clusters: Clusters;
  readonly definitions: TaskDefinitions;
  readonly tasks: Tasks;
  readonly services: Services;
  readonly tokens: ClientTokens;
  readonly runner: TaskRunner;
  readonly scheduler: ServiceScheduler;
  readonly findAlarm: FindAlarm;
}
