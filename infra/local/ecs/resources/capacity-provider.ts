import { z } from 'zod';
import { arn } from '../../account.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { tags, wholeNumber } from '../input-types.ts';
import { camelCase } from './camel-case.ts';

const onOff = z.enum(['ENABLED', 'DISABLED']);

const properties = z.preprocess(
  camelCase,
  z.strictObject({
    name: z
      .string()
      .regex(/^(?!aws|ecs|fargate)[\w-]{1,255}$/)
      .exactOptional(),
    // No instance is started or ended here: every task runs on this machine at once.
    autoScalingGroupProvider: z
      .strictObject({
        autoScalingGroupArn: z.string().min(1),
        managedScaling: z
          .strictObject({
            status: onOff.exactOptional(),
            targetCapacity: wholeNumber.pipe(z.number().min(1).max(100)).exactOptional(),
            minimumScalingStepSize: wholeNumber.exactOptional(),
            maximumScalingStepSize: wholeNumber.exactOptional(),
            instanceWarmupPeriod: wholeNumber.exactOptional(),
          })
          .exactOptional(),
        managedTerminationProtection: onOff.exactOptional(),
        managedDraining: onOff.exactOptional(),
      })
      .refine(
        (provider) =>
          provider.managedTerminationProtection !== 'ENABLED' || provider.managedScaling?.status === 'ENABLED',
        {
          error: 'managed termination protection needs managed scaling',
        },
      ),
    tags: tags.exactOptional(),
  }),
);

/** AWS::ECS::CapacityProvider over an Auto Scaling group. Ref is the name. */
export function capacityProviderProvider(ecs: Ecs): ResourceProvider {
  return resourceProvider('AWS::ECS::CapacityProvider', properties, (given, resource) => {
    const name = given.name ?? resource.generatedName;
    return { ref: name, attributes: { Arn: arn('ecs', ecs.region, `capacity-provider/${name}`) } };
  });
}
