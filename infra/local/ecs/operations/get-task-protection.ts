import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { protectionOf } from '../protection.ts';
import { protectionAnswer } from '../protection-answer.ts';

const input = z.strictObject({ cluster: z.string(), tasks: z.array(z.string()).max(100).default([]) });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html: no tasks means all of the cluster. */
export const getTaskProtection = operation('GetTaskProtection', input, (ecs: Ecs, { cluster, tasks }) => {
  const { name } = ecs.clusters.get(cluster);
  const all = () => ecs.tasks.active(name).flatMap((task) => (task.service === undefined ? [] : task.taskId));
  return protectionAnswer(ecs, name, tasks.length > 0 ? tasks : all(), (reference) =>
    protectionOf(ecs, name, reference),
  );
});
