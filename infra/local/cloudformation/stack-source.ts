import { AwsError } from '../http/aws-error.ts';
import type { Stack, StackResource } from '../template/create-stack.ts';

/** What CloudFormation's operations read: the one stack, once it is there. */
export interface StackSource {
  stack: Stack | undefined;
  readonly createdAt: Date;
}

/** The stack that a call names, by name or ID. The error is CloudFormation's own. */
export function findStack(source: StackSource, name: string): Stack {
  const { stack } = source;
  if (stack && (stack.name === name || stack.id === name)) return stack;
  throw new AwsError('ValidationError', `Stack with id ${name} does not exist`);
}

/** A stack's resource in the members that the Describe and List operations share. */
export function resourceMembers(source: StackSource, resource: StackResource) {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.ref,
    ResourceType: resource.type,
    ResourceStatus: 'CREATE_COMPLETE',
    Timestamp: source.createdAt,
  };
}
