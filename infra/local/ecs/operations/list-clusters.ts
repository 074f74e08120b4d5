import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { wholeNumber } from '../input-types.ts';
import { clusterArn } from '../names.ts';
import { pageOf } from '../page.ts';

const input = z.strictObject({ nextToken: z.string().exactOptional(), maxResults: wholeNumber.exactOptional() });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
export const listClusters = operation('ListClusters', input, (ecs: Ecs, paging) => {
  const { page, ...next } = pageOf(ecs.clusters.list(), ({ name }) => name, paging);
  return { clusterArns: page.map(({ name }) => clusterArn(ecs.region, name)), ...next };
});
