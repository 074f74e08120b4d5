import type { FunctionDefinition } from '../function-definition.ts';

/** A function's configuration in the API's shape. */
export function describeFunction(definition: FunctionDefinition) {
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Runtime: definition.runtime,
    Role: definition.role,
    Handler: definition.handler,
    Description: definition.description ?? '',
    MemorySize: definition.memoryMebibytes,
    Timeout: definition.timeoutSeconds,
    LastModified: new Date(definition.modifiedAt).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    PackageType: 'Zip',
    Architectures: definition.architectures,
    Environment: { Variables: definition.environment },
    EphemeralStorage: { Size: definition.ephemeralStorageMebibytes },
    LoggingConfig: { LogGroup: definition.logGroup, LogFormat: definition.logFormat },
    ...(definition.deadLetterArn ? { DeadLetterConfig: { TargetArn: definition.deadLetterArn } } : {}),
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
