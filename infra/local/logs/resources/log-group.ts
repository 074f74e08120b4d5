import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/**
 * AWS::Logs::LogGroup: `Ref` is its name. Lines stay on every boot; the retention becomes what the template says. `keys` gets
 * the KMS key.
 */
export function logGroupProvider(logs: LogsStore, keys: Map<string, string | undefined>): ResourceProvider {
  return resourceProvider(
    'AWS::Logs::LogGroup',
    z.strictObject({
      LogGroupName: z.string().optional(),
      RetentionInDays: z.coerce.number().int().positive().optional(),
      // Nothing is encrypted here, but whether CloudWatch Logs may use the key is asked all the same.
      KmsKeyId: z.string().optional(),
      // Classes, protection and tags change nothing here.
      LogGroupClass: z.string().optional(),
      DeletionProtectionEnabled: z.unknown().optional(),
      Tags: z.unknown().optional(),
    }),
    ({ LogGroupName, RetentionInDays, KmsKeyId }, { generatedName }) => {
      const name = LogGroupName ?? generatedName;
      logs.createGroup(name);
      logs.setRetention(name, RetentionInDays);
      keys.set(logs.group(name).arn, KmsKeyId);
      return { ref: name, attributes: { Arn: logs.group(name).arn } };
    },
  );
}
