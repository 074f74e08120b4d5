import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { containerDefinition } from './container-definition.ts';
import { type FargateSize, fargateSize } from './fargate-sizes.ts';
import { emptyList, tags, text, wholeNumber } from './input-types.ts';

/** A volume: an EFS file system, or (with nothing said) a folder that lives as long as the task. */
const volume = z.strictObject({
  name: z.string().min(1),
  host: z.strictObject({}).exactOptional(),
  efsVolumeConfiguration: z
    .strictObject({
      fileSystemId: z.string(),
      rootDirectory: z.string().exactOptional(),
      // The folder is on this machine: nothing travels, so nothing is encrypted in transit.
      transitEncryption: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
      transitEncryptionPort: wholeNumber.exactOptional(),
      authorizationConfig: z
        .strictObject({
          accessPointId: z.string().exactOptional(),
          iam: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
});

/** What RegisterTaskDefinition takes. */
export const taskDefinitionInput = z.strictObject({
  family: z.string().regex(/^[\w-]{1,255}$/, 'must be up to 255 letters, numbers, underscores and hyphens'),
  containerDefinitions: z.array(containerDefinition).min(1),
  volumes: z.array(volume).default([]),
  cpu: text.exactOptional(),
  memory: text.exactOptional(),
  networkMode: z.enum(['awsvpc', 'bridge', 'host', 'none']).exactOptional(),
  requiresCompatibilities: z.array(z.string()).default([]),
  taskRoleArn: z.string().exactOptional(),
  executionRoleArn: z.string().exactOptional(),
  runtimePlatform: z
    .strictObject({ cpuArchitecture: z.string().exactOptional(), operatingSystemFamily: z.string().exactOptional() })
    .exactOptional(),
  ephemeralStorage: z.strictObject({ sizeInGiB: wholeNumber }).exactOptional(),
  placementConstraints: emptyList.default([]),
  tags: tags.default([]),
});

/** A checked task definition without its revision. */
export type TaskDefinitionContent = z.output<typeof taskDefinitionInput>;

/** One revision of a task definition. Times are Unix epochs in milliseconds. */
export interface TaskDefinition extends TaskDefinitionContent {
  readonly taskDefinitionArn: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly registeredAt: number;
  readonly deregisteredAt?: number;
}

/** Checks what the shape cannot say. Throws ClientException as RegisterTaskDefinition does. */
export function checkTaskDefinition(content: TaskDefinitionContent): void {
  const names = content.containerDefinitions.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new AwsError('ClientException', 'Container names must be unique.');
  if (!content.containerDefinitions.some(({ essential }) => essential)) {
    throw new AwsError('ClientException', 'At least one container must be essential.');
  }
  const volumes = new Set(content.volumes.map(({ name }) => name));
  for (const { mountPoints } of content.containerDefinitions) {
    const unknown = mountPoints.find(({ sourceVolume }) => !volumes.has(sourceVolume));
    if (unknown) throw new AwsError('ClientException', `Unknown volume '${unknown.sourceVolume}'.`);
  }
  if (content.requiresCompatibilities.includes('FARGATE')) checkFargate(content);
}

/** The task's size, with the overrides of one RunTask call. */
export function sizeOf(content: TaskDefinitionContent, overrides: { cpu?: string; memory?: string } = {}): FargateSize {
  return fargateSize(overrides.cpu ?? content.cpu, overrides.memory ?? content.memory);
}

function checkFargate(content: TaskDefinitionContent): void {
  if (content.networkMode !== 'awsvpc') {
    throw new AwsError('ClientException', 'Fargate only supports network mode ‘awsvpc’.');
  }
  const { memory } = sizeOf(content);
  for (const container of content.containerDefinitions) {
    if ((container.memory ?? container.memoryReservation ?? 0) > memory) {
      throw new AwsError(
        'ClientException',
        `Invalid setting for container '${container.name}'. The memory of the container must not be over that of the task.`,
      );
    }
  }
}
