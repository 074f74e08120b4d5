import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';
import { describeFunction } from './describe-function.ts';

/** Describes a function. */
export const getFunctionConfiguration = operation(
  'GetFunctionConfiguration',
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  ({ registry }: LambdaContext, input) => describeFunction(registry.get(input.FunctionName)),
);
