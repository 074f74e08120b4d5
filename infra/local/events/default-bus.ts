import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';

/** The EventBusName parameter: the default bus by name, ARN or absence; any other bus is not here. */
export const eventBusName = z
  .string()
  .optional()
  .transform((name) => {
    if (name === undefined || name === 'default' || /^arn:aws[\w-]*:events:.*:event-bus\/default$/.test(name))
      return 'default';
    throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  });

/** A rule's name, as AWS takes it. */
export const ruleName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits, dots, dashes or underscores');

/** NextToken and Limit are taken by lists that always fit one page. */
export const paging = {
  NextToken: z.string().optional(),
  Limit: z.number().int().min(1).max(100).optional(),
};
