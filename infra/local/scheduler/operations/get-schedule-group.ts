import { z } from 'zod';
import { operation } from '../../service.ts';
import { scheduleName } from '../schedule.ts';
import type { SchedulerStore } from '../store.ts';
import { type SchedulerContext, toSeconds } from './context.ts';

/** Describes one group. */
export const getScheduleGroup = operation(
  'GetScheduleGroup',
  z.strictObject({ Name: scheduleName }),
  ({ store }: SchedulerContext, input) => describeGroup(store, store.getGroup(input.Name)),
);

/** A group in the API's shape. */
export function describeGroup(store: SchedulerStore, group: { name: string; createdAt: number }) {
  const date = toSeconds(group.createdAt);
  return {
    Name: group.name,
    Arn: store.groupArn(group.name),
    State: 'ACTIVE',
    CreationDate: date,
    LastModificationDate: date,
  };
}
