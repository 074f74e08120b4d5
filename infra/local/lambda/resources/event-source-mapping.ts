import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { MappingSwitch } from '../event-source/mapping-switch.ts';
import { compileFilters } from '../event-source/record-filter.ts';
import { functionNameOf, type Registry } from '../registry.ts';
import { ignored, templateBoolean } from './template-values.ts';

const properties = z
  .strictObject({
    EventSourceArn: z.string().regex(/^arn:[\w-]+:sqs:/, 'only queues are implemented by the local stand-in'),
    FunctionName: z.string(),
    Enabled: templateBoolean.default(true),
    BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z
      .strictObject({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
      .optional(),
    FilterCriteria: z
      .strictObject({
        Filters: z
          .array(z.strictObject({ Pattern: z.string() }))
          .max(10)
          .optional(),
      })
      .optional(),
    // Encryption, metrics and tags do nothing locally.
    KmsKeyArn: ignored,
    MetricsConfig: ignored,
    Tags: ignored,
  })
  .refine((mapping) => mapping.BatchSize <= 10 || mapping.MaximumBatchingWindowInSeconds >= 1, {
    path: ['MaximumBatchingWindowInSeconds'],
    message: 'a BatchSize over 10 needs a window of at least 1 second',
  });

/** AWS::Lambda::EventSourceMapping for queues: `Ref` is the UUID. Polling begins when the service starts. */
export function eventSourceMappingProvider(
  registry: Registry,
  clock: Clock,
  switches: MappingSwitch,
): ResourceProvider {
  return resourceProvider('AWS::Lambda::EventSourceMapping', properties, (wanted, resource) => {
    const uuid = uuidOf(resource.generatedName);
    const filters = (wanted.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern);
    compileFilters(filters);
    const arn = registry.mappingArn(uuid);
    registry.putMapping({
      uuid,
      arn,
      queueArn: wanted.EventSourceArn,
      functionName: functionNameOf(wanted.FunctionName),
      enabled: switches.read(uuid) ?? wanted.Enabled,
      batchSize: wanted.BatchSize,
      batchingWindowSeconds: wanted.MaximumBatchingWindowInSeconds,
      maximumConcurrency: wanted.ScalingConfig?.MaximumConcurrency,
      reportBatchItemFailures: wanted.FunctionResponseTypes.length > 0,
      filters,
      modifiedAt: clock.now(),
    });
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
  });
}

/** The same on every boot. */
function uuidOf(generatedName: string): string {
  const hex = createHash('sha256').update(generatedName).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
