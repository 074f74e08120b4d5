import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Registry } from '../registry.ts';
import { ignored } from './template-values.ts';

const properties = z.strictObject({
  FunctionName: z.string().optional(),
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Role: z.string().optional(),
  Description: z.string().optional(),
  MemorySize: z.coerce.number().default(128),
  Timeout: z.coerce.number().default(3),
  Architectures: z.array(z.string()).default(['x86_64']),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  EphemeralStorage: z.strictObject({ Size: z.coerce.number() }).default({ Size: 512 }),
  FileSystemConfigs: z
    .array(z.strictObject({ Arn: z.string(), LocalMountPath: z.string().regex(/^\/mnt\/[\w.-]+$/) }))
    .max(1)
    .default([]),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string().optional() }).optional(),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      // Levels are applied by the runtime on AWS.
      ApplicationLogLevel: ignored,
      SystemLogLevel: ignored,
    })
    .default({ LogFormat: 'Text' }),
  PackageType: z.literal('Zip').optional(),
  // The code is the built files, by path; the network, keys, tracing and start-up are the machine's own.
  Code: ignored,
  VpcConfig: ignored,
  KmsKeyArn: ignored,
  TracingConfig: ignored,
  SnapStart: ignored,
  RuntimeManagementConfig: ignored,
  RecursiveLoop: ignored,
  CodeSigningConfigArn: ignored,
  Tags: ignored,
});

/** AWS::Lambda::Function: `Ref` is the name. */
export function functionProvider(registry: Registry, clock: Clock): ResourceProvider {
  return resourceProvider('AWS::Lambda::Function', properties, (wanted, resource) => {
    const name = wanted.FunctionName ?? resource.generatedName.slice(-64);
    const arn = registry.functionArn(name);
    registry.put({
      name,
      arn,
      handler: wanted.Handler,
      runtime: wanted.Runtime,
      role: wanted.Role,
      description: wanted.Description,
      memoryMebibytes: wanted.MemorySize,
      timeoutSeconds: wanted.Timeout,
      architectures: wanted.Architectures,
      environment: wanted.Environment.Variables,
      ephemeralStorageMebibytes: wanted.EphemeralStorage.Size,
      fileSystems: wanted.FileSystemConfigs.map(({ Arn, LocalMountPath }) => ({
        arn: Arn,
        localMountPath: LocalMountPath,
      })),
      reservedConcurrency: wanted.ReservedConcurrentExecutions,
      deadLetterArn: wanted.DeadLetterConfig?.TargetArn,
      logGroup: wanted.LoggingConfig.LogGroup ?? `/aws/lambda/${name}`,
      logFormat: wanted.LoggingConfig.LogFormat,
      modifiedAt: clock.now(),
    });
    return { ref: name, attributes: { Arn: arn } };
  });
}
