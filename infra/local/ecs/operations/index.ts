import type { Operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { deregisterTaskDefinition } from './deregister-task-definition.ts';
import { describeClusters } from './describe-clusters.ts';
import { describeServices } from './describe-services.ts';
import { describeTaskDefinition } from './describe-task-definition.ts';
import { describeTasks } from './describe-tasks.ts';
import { getTaskProtection } from './get-task-protection.ts';
import { listClusters } from './list-clusters.ts';
import { listServices } from './list-services.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTaskDefinitionFamilies } from './list-task-definition-families.ts';
import { listTaskDefinitions } from './list-task-definitions.ts';
import { listTasks } from './list-tasks.ts';
import { registerTaskDefinition } from './register-task-definition.ts';
import { runTask } from './run-task.ts';
import { startTask } from './start-task.ts';
import { stopTask } from './stop-task.ts';
import { tagResource } from './tag-resource.ts';
import { updateService } from './update-service.ts';
import { updateTaskProtection } from './update-task-protection.ts';

/** Every operation of ECS that the stand-in has. */
export const operations: readonly Operation<Ecs>[] = [
  deregisterTaskDefinition,
  describeClusters,
  describeServices,
  describeTaskDefinition,
  describeTasks,
  getTaskProtection,
  listClusters,
  listServices,
  listTagsForResource,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
  listTasks,
  registerTaskDefinition,
  runTask,
  startTask,
  stopTask,
  tagResource,
  updateService,
  updateTaskProtection,
];
