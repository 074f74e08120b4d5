import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { wholeNumber } from '../input-types.ts';
import { pageOf } from '../page.ts';

const input = z.strictObject({
  familyPrefix: z.string().default(''),
  status: z.enum(['ACTIVE', 'INACTIVE', 'ALL']).default('ALL'),
  nextToken: z.string().exactOptional(),
  maxResults: wholeNumber.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html */
export const listTaskDefinitionFamilies = operation('ListTaskDefinitionFamilies', input, (ecs: Ecs, filter) => {
  const active = new Set(ecs.definitions.list('ACTIVE').map(({ family }) => family));
  const inactive = ecs.definitions.list('INACTIVE').flatMap(({ family }) => (active.has(family) ? [] : family));
  const byStatus = { ACTIVE: [...active], INACTIVE: inactive, ALL: [...active, ...inactive] };
  const families = [...new Set(byStatus[filter.status])]
    .filter((family) => family.startsWith(filter.familyPrefix))
    .toSorted();
  const { page, ...next } = pageOf(families, (family) => family, filter);
  return { families: page, ...next };
});
