import { z } from 'zod';
import { operation } from '../../service.ts';
import { findStack, resourceMembers, type StackSource } from '../stack-source.ts';

export const listStackResources = operation(
  'ListStackResources',
  z.strictObject({ StackName: z.string(), NextToken: z.string().optional() }),
  (source: StackSource, { StackName }) => ({
    StackResourceSummaries: [...findStack(source, StackName).resources.values()].map((resource) => {
      const { Timestamp, ...members } = resourceMembers(source, resource);
      return { ...members, LastUpdatedTimestamp: Timestamp };
    }),
  }),
);
