import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** AWS::Logs::LogGroup: `Ref` is its name. Lines stay on every boot; the retention becomes what the template says. */
export function logGroupProvider(logs: LogsStore): ResourceProvider {
  return resourceProvider(
    'AWS::Logs::LogGroup',
    z.strictObject({
      LogGroupName: z.string().optional(),
      RetentionInDays: z.coerce.number().int().positive().optional(),
      // Keys, classes, protection and tags change nothing here.
      KmsKeyId: z.string().optional(),
      LogGroupClass: z.string().optional(),
      DeletionProtectionEnabled: z.unknown().optional(),
      Tags: z.unknown().optional(),
    }),
    ({ LogGroupName, RetentionInDays }, { generatedName }) => {
      const name = LogGroupName ?? generatedName;
      logs.createGroup(name);
      logs.setRetention(name, RetentionInDays);
      return { ref: name, attributes: { Arn: logs.group(name).arn } };
    },
  );
}
