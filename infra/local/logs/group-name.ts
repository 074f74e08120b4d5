import { AwsError } from '../http/aws-error.ts';

/** A group is named by its name or, in newer calls, by its ARN. */
export function groupName(input: {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}): string {
  const name =
    input.logGroupName ?? /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]*)/.exec(input.logGroupIdentifier ?? '')?.[1];
  const found = name ?? input.logGroupIdentifier;
  if (found) return found;
  throw new AwsError('InvalidParameterException', 'Either logGroupName or logGroupIdentifier is expected.');
}
