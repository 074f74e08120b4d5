import { arn } from '../account.ts';

/**
 * The ARN of a key from what a resource names it by: ID, ARN or alias. Undefined for AWS's own keys (`alias/aws/sqs`),
 * whose policies are AWS's: using them is allowed to whoever may use the service.
 */
export function keyArn(
  key: string | undefined,
  region: string,
  keyOfAlias: (alias: string) => string | undefined,
): string | undefined {
  if (key === undefined || key === '') return undefined;
  const alias = /(alias\/.+)$/.exec(key)?.[1];
  if (alias?.startsWith('alias/aws/')) return undefined;
  if (alias !== undefined) return keyArn(keyOfAlias(alias), region, () => undefined);
  return key.startsWith('arn:') ? key : arn('kms', region, `key/${key}`);
}
