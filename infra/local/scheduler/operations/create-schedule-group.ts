import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { scheduleName } from '../schedule.ts';
import type { SchedulerContext } from './context.ts';

/** Makes a group; ConflictException when it is there. */
export const createScheduleGroup = operation(
  'CreateScheduleGroup',
  z.strictObject({
    Name: scheduleName,
    ClientToken: z.string().optional(),
    // Tags do nothing locally.
    Tags: z.array(z.unknown()).optional(),
  }),
  ({ store, clock }: SchedulerContext, input) => {
    if (!store.createGroup(input.Name, clock.now())) {
      throw new AwsError('ConflictException', `Schedule group ${input.Name} already exists.`, 409);
    }
    return { ScheduleGroupArn: store.groupArn(input.Name) };
  },
);
