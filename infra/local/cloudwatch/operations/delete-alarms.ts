import { z } from 'zod';
import { operation } from '../../service.ts';
import type { CloudwatchContext } from './context.ts';

/** Deletes alarms; none of them when one does not exist. */
export const deleteAlarms = operation(
  'DeleteAlarms',
  z.strictObject({ AlarmNames: z.array(z.string()).min(1).max(100) }),
  ({ alarms }: CloudwatchContext, { AlarmNames }) => {
    for (const name of AlarmNames) alarms.get(name);
    for (const name of AlarmNames) alarms.remove(name);
    return {};
  },
);
