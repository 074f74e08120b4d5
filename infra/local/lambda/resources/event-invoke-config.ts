import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG } from '../function-definition.ts';
import { functionNameOf, type Registry } from '../registry.ts';

const destination = z.strictObject({ Destination: z.string() }).optional();

const properties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST', 'only $LATEST is implemented by the local stand-in'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(DEFAULT_EVENT_INVOKE_CONFIG.maximumRetryAttempts),
  MaximumEventAgeInSeconds: z.coerce
    .number()
    .int()
    .min(60)
    .max(21_600)
    .default(DEFAULT_EVENT_INVOKE_CONFIG.maximumEventAgeInSeconds),
  DestinationConfig: z.strictObject({ OnSuccess: destination, OnFailure: destination }).optional(),
});

/** AWS::Lambda::EventInvokeConfig: retries and destinations of asynchronous invocations. */
export function eventInvokeConfigProvider(registry: Registry, clock: Clock): ResourceProvider {
  return resourceProvider('AWS::Lambda::EventInvokeConfig', properties, (wanted, resource) => {
    registry.putInvokeConfig(functionNameOf(wanted.FunctionName), {
      maximumRetryAttempts: wanted.MaximumRetryAttempts,
      maximumEventAgeInSeconds: wanted.MaximumEventAgeInSeconds,
      onSuccess: wanted.DestinationConfig?.OnSuccess?.Destination,
      onFailure: wanted.DestinationConfig?.OnFailure?.Destination,
      modifiedAt: clock.now(),
    });
    return { ref: resource.generatedName };
  });
}
