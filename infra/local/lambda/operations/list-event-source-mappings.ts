import { z } from 'zod';
import { operation } from '../../service.ts';
import { functionNameOf } from '../registry.ts';
import type { LambdaContext } from './context.ts';
import { describeMapping } from './get-event-source-mapping.ts';

/** Lists mappings, all on one page. */
export const listEventSourceMappings = operation(
  'ListEventSourceMappings',
  z.strictObject({
    EventSourceArn: z.string().optional(),
    FunctionName: z.string().optional(),
    MaxItems: z.coerce.number().optional(),
    Marker: z.string().optional(),
  }),
  ({ registry }: LambdaContext, input) => ({
    EventSourceMappings: registry
      .mappings()
      .filter(({ queueArn }) => queueArn === (input.EventSourceArn ?? queueArn))
      .filter(
        ({ functionName }) => functionName === (input.FunctionName ? functionNameOf(input.FunctionName) : functionName),
      )
      .map((mapping) => describeMapping(registry, mapping)),
  }),
);
