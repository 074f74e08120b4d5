import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { EventSourceMapping } from '../function-definition.ts';
import type { Registry } from '../registry.ts';
import type { LambdaContext } from './context.ts';

/** Describes one mapping. */
export const getEventSourceMapping = operation(
  'GetEventSourceMapping',
  z.strictObject({ UUID: z.string() }),
  ({ registry }: LambdaContext, input) => {
    const mapping = registry.mappings().find(({ uuid }) => uuid === input.UUID);
    if (mapping) return describeMapping(registry, mapping);
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  },
);

/** A mapping in the API's shape. */
export function describeMapping(registry: Registry, mapping: EventSourceMapping) {
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.queueArn,
    FunctionArn: registry.functionArn(mapping.functionName),
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchingWindowSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(mapping.maximumConcurrency ? { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } } : {}),
    ...(mapping.filters.length > 0
      ? { FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) } }
      : {}),
    LastModified: mapping.modifiedAt / 1000,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
  };
}
