import { z } from 'zod';
import { operation } from '../../service.ts';
import type { CloudwatchContext } from './context.ts';

/** Tags are not kept: an alarm that exists has none. */
export const listTagsForResource = operation(
  'ListTagsForResource',
  z.strictObject({ ResourceARN: z.string().min(1) }),
  ({ alarms }: CloudwatchContext, { ResourceARN }) => {
    alarms.get(ResourceARN.split(':alarm:')[1] ?? ResourceARN);
    return { Tags: [] };
  },
);
