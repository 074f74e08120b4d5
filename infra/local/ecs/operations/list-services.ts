import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { launchType, wholeNumber } from '../input-types.ts';
import { pageOf } from '../page.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  launchType: launchType.exactOptional(),
  schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).default('REPLICA'),
  nextToken: z.string().exactOptional(),
  maxResults: wholeNumber.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html */
export const listServices = operation('ListServices', input, (ecs: Ecs, filter) => {
  const matching = ecs.services
    .list(ecs.clusters.get(filter.cluster).name)
    .filter((service) => filter.launchType === undefined || service.launchType === filter.launchType)
    .filter(() => filter.schedulingStrategy === 'REPLICA');
  const { page, ...next } = pageOf(matching, ({ name }) => name, filter);
  return { serviceArns: page.map(({ serviceArn }) => serviceArn), ...next };
});
