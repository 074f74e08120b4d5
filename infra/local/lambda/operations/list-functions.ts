import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';
import { describeFunction } from './describe-function.ts';

/** Lists functions, all on one page. */
export const listFunctions = operation(
  'ListFunctions',
  z.strictObject({ MaxItems: z.coerce.number().optional(), Marker: z.string().optional() }),
  ({ registry }: LambdaContext) => ({ Functions: registry.list().map(describeFunction) }),
);
