import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';
import { describeMapping } from './get-event-source-mapping.ts';

/** Switches a mapping on or off; everything else about it is the template's. */
export const updateEventSourceMapping = operation(
  'UpdateEventSourceMapping',
  z.strictObject({ UUID: z.string(), Enabled: z.boolean().optional() }),
  ({ registry, switchMapping }: LambdaContext, { UUID, Enabled }) => {
    const mapping = registry.mappings().find(({ uuid }) => uuid === UUID);
    if (!mapping) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    return describeMapping(registry, switchMapping(mapping, Enabled ?? mapping.enabled));
  },
);
