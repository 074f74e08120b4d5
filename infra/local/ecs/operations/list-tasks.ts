import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { launchType, wholeNumber } from '../input-types.ts';
import { nameOf } from '../names.ts';
import { pageOf } from '../page.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  family: z.string().exactOptional(),
  serviceName: z.string().exactOptional(),
  startedBy: z.string().exactOptional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
  launchType: launchType.exactOptional(),
  nextToken: z.string().exactOptional(),
  maxResults: wholeNumber.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export const listTasks = operation('ListTasks', input, (ecs: Ecs, filter) => {
  const cluster = ecs.clusters.get(filter.cluster).name;
  const service = filter.serviceName === undefined ? undefined : ecs.services.get(cluster, nameOf(filter.serviceName));
  const matching = ecs.tasks
    .list(cluster)
    .filter((task) => task.desiredStatus === filter.desiredStatus)
    .filter((task) => filter.family === undefined || task.family === filter.family)
    .filter((task) => service === undefined || task.service === service.name)
    .filter((task) => filter.startedBy === undefined || task.startedBy === filter.startedBy)
    .filter((task) => filter.launchType === undefined || task.launchType === filter.launchType);
  const { page, ...next } = pageOf(matching, ({ taskId }) => taskId, filter);
  return { taskArns: page.map(({ taskArn }) => taskArn), ...next };
});
