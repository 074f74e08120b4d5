import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { wholeNumber } from '../input-types.ts';
import { pageOf } from '../page.ts';

const input = z.strictObject({
  familyPrefix: z.string().exactOptional(),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
  sort: z.enum(['ASC', 'DESC']).default('ASC'),
  nextToken: z.string().exactOptional(),
  maxResults: wholeNumber.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html: the prefix is the whole family. */
export const listTaskDefinitions = operation('ListTaskDefinitions', input, (ecs: Ecs, filter) => {
  const matching = ecs.definitions
    .list(filter.status)
    .filter(({ family }) => filter.familyPrefix === undefined || family === filter.familyPrefix);
  const sorted = filter.sort === 'ASC' ? matching : matching.toReversed();
  const { page, ...next } = pageOf(sorted, ({ taskDefinitionArn }) => taskDefinitionArn, filter);
  return { taskDefinitionArns: page.map(({ taskDefinitionArn }) => taskDefinitionArn), ...next };
});
