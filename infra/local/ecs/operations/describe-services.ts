import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { describeService } from '../describe-service.ts';
import type { Ecs } from '../ecs.ts';
import { nameOf, serviceArn } from '../names.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  services: z.array(z.string()),
  include: z.array(z.enum(['TAGS'])).default([]),
});

const MAX_SERVICES = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
export const describeServices = operation('DescribeServices', input, (ecs: Ecs, { cluster, services, include }) => {
  const { name } = ecs.clusters.get(cluster);
  if (services.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
  if (services.length > MAX_SERVICES) {
    throw new AwsError('InvalidParameterException', `At most ${MAX_SERVICES} services can be described at once.`);
  }
  const found = services.flatMap((reference) => ecs.services.find(name, reference) ?? []);
  const missing = services.filter((reference) => !ecs.services.find(name, reference));
  return {
    services: found.map((service) => describeService(ecs, service, include.includes('TAGS'))),
    failures: missing.map((reference) => ({
      arn: serviceArn(ecs.region, name, nameOf(reference)),
      reason: 'MISSING',
    })),
  };
});
