import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';

/** Describes the retries and destinations of a function's asynchronous invocations. */
export const getFunctionEventInvokeConfig = operation(
  'GetFunctionEventInvokeConfig',
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  ({ registry }: LambdaContext, input) => {
    const { name, arn } = registry.get(input.FunctionName);
    const config = registry.invokeConfig(name);
    if (!config) {
      throw new AwsError(
        'ResourceNotFoundException',
        `The function ${arn}:$LATEST doesn't have an EventInvokeConfig`,
        404,
      );
    }
    return {
      FunctionArn: `${arn}:$LATEST`,
      LastModified: config.modifiedAt / 1000,
      MaximumRetryAttempts: config.maximumRetryAttempts,
      MaximumEventAgeInSeconds: config.maximumEventAgeInSeconds,
      DestinationConfig: {
        OnSuccess: config.onSuccess ? { Destination: config.onSuccess } : {},
        OnFailure: config.onFailure ? { Destination: config.onFailure } : {},
      },
    };
  },
);
