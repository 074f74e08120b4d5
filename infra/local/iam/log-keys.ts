import type { Guard } from './guard.ts';
import type { StackFacts } from './index.ts';
import { keyArn } from './key-arn.ts';

/** What CloudWatch Logs does with the key of a group (CloudWatch Logs User Guide, "Encrypt log data"). */
const USES = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'];

/**
 * Asks for every log group with a key whether CloudWatch Logs may use it, as it asks when a key is given to a group. Throws
 * AccessDenied, naming the key.
 */
export function checkLogKeys(guard: Guard, { resources, keyOfAlias }: StackFacts, region: string): void {
  for (const { arn, key } of resources.logs?.list() ?? []) {
    const resource = keyArn(key, region, keyOfAlias);
    if (resource === undefined) continue;
    // The ARN of a group, without the part for its streams.
    const context = { 'kms:EncryptionContext:aws:logs:arn': arn.replace(/:\*$/, '') };
    const service = { kind: 'service', name: `logs.${region}.amazonaws.com` } as const;
    guard(
      'logs',
      service,
      USES.map((use) => ({ action: `kms:${use}`, resource, context })),
    );
  }
}
