import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { wholeNumber } from '../input-types.ts';
import { setProtection } from '../protection.ts';
import { protectionAnswer } from '../protection-answer.ts';

const input = z.strictObject({
  cluster: z.string(),
  tasks: z.array(z.string()).min(1).max(10),
  protectionEnabled: z.boolean(),
  expiresInMinutes: wholeNumber.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
export const updateTaskProtection = operation('UpdateTaskProtection', input, (ecs: Ecs, request) => {
  const { name } = ecs.clusters.get(request.cluster);
  return protectionAnswer(ecs, name, request.tasks, (reference) =>
    setProtection(ecs, name, reference, request.protectionEnabled, request.expiresInMinutes),
  );
});
