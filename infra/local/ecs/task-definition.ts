import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { containerDefinition, isLogRouter } from './container-definition.ts';
import { cpuUnits, type FargateSize, fargateSize, memoryMib } from './fargate-sizes.ts';
import { emptyList, tags, text, wholeNumber } from './input-types.ts';

/** A volume: an EFS file system, a folder of the machine, or (with nothing said) one that lives as long as the task. */
const volume = z.strictObject({
  name: z.string().min(1),
  host: z.strictObject({ sourcePath: z.string().startsWith('/').exactOptional() }).exactOptional(),
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
  checkDependencies(content);
  if (content.requiresCompatibilities.includes('FARGATE')) checkFargate(content);
  if (content.requiresCompatibilities.includes('EXTERNAL') && content.networkMode === 'awsvpc') {
    throw new AwsError('ClientException', "Network mode 'awsvpc' is not supported on external instances.");
  }
}

/** The task's size, with the overrides of one RunTask call. Where it is not Fargate's to sell, it is what is said. */
export function sizeOf(content: TaskDefinitionContent, overrides: { cpu?: string; memory?: string } = {}): FargateSize {
  const cpu = overrides.cpu ?? content.cpu;
  const memory = overrides.memory ?? content.memory;
  if (content.requiresCompatibilities.includes('FARGATE') || content.requiresCompatibilities.length === 0) {
    return fargateSize(cpu, memory);
  }
  const ofContainers = content.containerDefinitions.reduce((sum, container) => sum + (container.memory ?? 0), 0);
  return { cpu: cpuUnits(cpu ?? '0'), memory: memory === undefined ? ofContainers : memoryMib(memory) };
}

/** Containers start together here: only what is there before all of them can be depended on. */
function checkDependencies({ containerDefinitions }: TaskDefinitionContent): void {
  const routers = new Set(containerDefinitions.filter(isLogRouter).map(({ name }) => name));
  for (const { name, dependsOn = [], logConfiguration } of containerDefinitions) {
    const other = dependsOn.find(({ containerName }) => !routers.has(containerName));
    if (other) {
      const message = `The local stand-in starts containers together: '${name}' cannot depend on '${other.containerName}'.`;
      throw new AwsError('ClientException', message);
    }
    if (logConfiguration?.logDriver === 'awsfirelens' && routers.size === 0) {
      throw new AwsError(
        'ClientException',
        "When a container uses the 'awsfirelens' log driver, the task definition must contain a FireLens container.",
      );
    }
  }
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
