import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html: there are no container instances here. */
export const startTask = operation('StartTask', z.looseObject({}), (_ecs: Ecs) => {
  throw new AwsError(
    'InvalidParameterException',
    'StartTask places a task on a container instance, and a cluster of the local stand-in has none: use RunTask.',
  );
});
