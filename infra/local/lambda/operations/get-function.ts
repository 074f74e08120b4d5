import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';
import { describeFunction } from './describe-function.ts';

/** A function's configuration and concurrency. Its code runs from the built files: there is none to download. */
export const getFunction = operation(
  'GetFunction',
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  ({ registry }: LambdaContext, input) => {
    const definition = registry.get(input.FunctionName);
    const { reservedConcurrency } = definition;
    return {
      Configuration: describeFunction(definition),
      ...(reservedConcurrency === undefined
        ? {}
        : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    };
  },
);
