import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { LambdaContext } from './context.ts';

/** The permissions that the template gives on a function. They are shown, not enforced. */
export const getPolicy = operation(
  'GetPolicy',
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  ({ registry }: LambdaContext, input) => {
    const { name } = registry.get(input.FunctionName);
    const statements = registry.policy(name);
    if (statements.length === 0) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    }
    return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }) };
  },
);
