import { z } from 'zod';
import { emptyList, flag, text, wholeNumber } from './input-types.ts';

const keyValue = z.strictObject({ name: z.string(), value: text });

/** Fargate stops a container at most this long after SIGTERM, seconds. */
const MAX_STOP_TIMEOUT_SECONDS = 120;

/**
 * A container of a task definition, as far as a process on one machine can honour it. Accepted without effect: `user`,
 * `readonlyRootFilesystem`, `privileged`, `linuxParameters`, `ulimits`, `healthCheck`, `portMappings`, `dockerLabels`
 * (a process has the rights, files and ports of the stand-in itself). Secrets and volumesFrom are refused, and so is dependsOn
 * on anything but a log router, which the stand-in plays itself.
 */
export const containerDefinition = z.strictObject({
  name: z.string().regex(/^[\w-]{1,255}$/),
  image: z.string().min(1),
  cpu: wholeNumber.default(0),
  memory: wholeNumber.exactOptional(),
  memoryReservation: wholeNumber.exactOptional(),
  essential: flag.default(true),
  entryPoint: z.array(z.string()).exactOptional(),
  command: z.array(z.string()).exactOptional(),
  environment: z.array(keyValue).default([]),
  mountPoints: z
    .array(z.strictObject({ sourceVolume: z.string(), containerPath: z.string(), readOnly: flag.exactOptional() }))
    .default([]),
  portMappings: z.array(z.looseObject({})).default([]),
  volumesFrom: emptyList.default([]),
  systemControls: emptyList.default([]),
  secrets: emptyList.exactOptional(),
  dependsOn: z
    .array(z.strictObject({ containerName: z.string(), condition: z.enum(['START', 'HEALTHY']) }))
    .exactOptional(),
  firelensConfiguration: z
    .strictObject({ type: z.enum(['fluentbit', 'fluentd']), options: z.record(z.string(), text).default({}) })
    .exactOptional(),
  logConfiguration: z
    .strictObject({
      logDriver: z.enum(['awslogs', 'awsfirelens']),
      options: z.record(z.string(), text).default({}),
      // Settings of a log router, which is not run here: nobody reads them.
      secretOptions: z.array(z.strictObject({ name: z.string(), valueFrom: z.string() })).exactOptional(),
    })
    .exactOptional(),
  stopTimeout: wholeNumber.pipe(z.number().max(MAX_STOP_TIMEOUT_SECONDS)).exactOptional(),
  startTimeout: wholeNumber.exactOptional(),
  user: z.string().exactOptional(),
  privileged: flag.exactOptional(),
  readonlyRootFilesystem: flag.exactOptional(),
  linuxParameters: z.looseObject({}).exactOptional(),
  ulimits: z.array(z.looseObject({})).exactOptional(),
  healthCheck: z.looseObject({}).exactOptional(),
  dockerLabels: z.record(z.string(), text).exactOptional(),
  versionConsistency: z.enum(['enabled', 'disabled']).exactOptional(),
});

/** Whether a container is FireLens's: it is not started, the stand-in sends on what the others print. */
export function isLogRouter({ firelensConfiguration }: ContainerDefinition): boolean {
  return firelensConfiguration !== undefined;
}

/** A container of a task definition. */
export type ContainerDefinition = z.output<typeof containerDefinition>;
