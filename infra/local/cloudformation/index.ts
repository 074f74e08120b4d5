import { queryHandler } from '../http/query-protocol.ts';
import type { LocalService } from '../service.ts';
import { describeStackResources } from './operations/describe-stack-resources.ts';
import { describeStacks } from './operations/describe-stacks.ts';
import { listStackResources } from './operations/list-stack-resources.ts';
import type { StackSource } from './stack-source.ts';

/** CloudFormation as far as looking at the one stack goes: the CLI finds buckets and queues in its outputs. */
export function cloudformationService(source: StackSource): LocalService {
  return {
    wire: {
      signingNames: ['cloudformation'],
      handle: queryHandler({
        service: 'cloudformation',
        namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
        store: source,
        operations: [describeStacks, listStackResources, describeStackResources],
      }),
    },
    providers: [],
  };
}
