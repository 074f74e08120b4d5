import { z } from 'zod';
import { operation } from '../../service.ts';
import { findStack, type StackSource } from '../stack-source.ts';

export const describeStacks = operation(
  'DescribeStacks',
  z.strictObject({ StackName: z.string().optional(), NextToken: z.string().optional() }),
  (source: StackSource, { StackName }) => {
    const stacks = StackName === undefined ? (source.stack ? [source.stack] : []) : [findStack(source, StackName)];
    return {
      Stacks: stacks.map((stack) => ({
        StackId: stack.id,
        StackName: stack.name,
        CreationTime: source.createdAt,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: stack.outputs.map(({ key, value, description }) => ({
          OutputKey: key,
          OutputValue: value,
          Description: description,
        })),
      })),
    };
  },
);
