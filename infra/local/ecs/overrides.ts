import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import type { ContainerDefinition } from './container-definition.ts';
import { emptyList, text, wholeNumber } from './input-types.ts';
import type { TaskDefinition } from './task-definition.ts';

/** Characters of all overrides as JSON (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html). */
const MAX_OVERRIDES_LENGTH = 8192;

const containerOverride = z.strictObject({
  name: z.string(),
  command: z.array(z.string()).exactOptional(),
  environment: z.array(z.strictObject({ name: z.string(), value: z.string() })).exactOptional(),
  cpu: wholeNumber.exactOptional(),
  memory: wholeNumber.exactOptional(),
  memoryReservation: wholeNumber.exactOptional(),
  environmentFiles: emptyList.exactOptional(),
  resourceRequirements: emptyList.exactOptional(),
});

/** What one RunTask call changes of its task definition. */
export const taskOverride = z.strictObject({
  containerOverrides: z.array(containerOverride).default([]),
  cpu: text.exactOptional(),
  memory: text.exactOptional(),
  ephemeralStorage: z.strictObject({ sizeInGiB: wholeNumber }).exactOptional(),
  // The processes of a task have no role to assume: their credentials only name it.
  taskRoleArn: z.string().exactOptional(),
  executionRoleArn: z.string().exactOptional(),
  inferenceAcceleratorOverrides: emptyList.exactOptional(),
});

/** What one RunTask call changes of its task definition. */
export type TaskOverride = z.output<typeof taskOverride>;

/** Throws InvalidParameterException when the overrides are too long or name a container that is not there. */
export function checkOverrides(overrides: TaskOverride, definition: TaskDefinition): void {
  const { length } = JSON.stringify(overrides);
  if (length > MAX_OVERRIDES_LENGTH) {
    throw new AwsError(
      'InvalidParameterException',
      `Container Overrides length must be at most ${MAX_OVERRIDES_LENGTH}, and is ${length}.`,
    );
  }
  const names = definition.containerDefinitions.map(({ name }) => name);
  const unknown = overrides.containerOverrides.find(({ name }) => !names.includes(name));
  if (unknown) {
    throw new AwsError(
      'InvalidParameterException',
      `Override for container named ${unknown.name} is not a container in the TaskDefinition.`,
    );
  }
}

/** The container as this task runs it: environment variables are merged by name, the rest is replaced. */
export function overriddenContainer(container: ContainerDefinition, overrides: TaskOverride): ContainerDefinition {
  const override = overrides.containerOverrides.find(({ name }) => name === container.name);
  if (!override) return container;
  const { command, cpu, memory, memoryReservation } = override;
  const environment = new Map(
    [...container.environment, ...(override.environment ?? [])].map(({ name, value }) => [name, value]),
  );
  return {
    ...container,
    ...(command === undefined ? {} : { command }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(memoryReservation === undefined ? {} : { memoryReservation }),
    environment: [...environment].map(([name, value]) => ({ name, value })),
  };
}
