import { z } from 'zod';
import { operation } from '../../service.ts';
import { findStack, resourceMembers, type StackSource } from '../stack-source.ts';

export const describeStackResources = operation(
  'DescribeStackResources',
  z.strictObject({ StackName: z.string(), LogicalResourceId: z.string().optional() }),
  (source: StackSource, { StackName, LogicalResourceId }) => {
    const stack = findStack(source, StackName);
    const resources = [...stack.resources.values()].filter(
      ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
    );
    return {
      StackResources: resources.map((resource) => ({
        StackName: stack.name,
        StackId: stack.id,
        ...resourceMembers(source, resource),
      })),
    };
  },
);
