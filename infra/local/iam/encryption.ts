import { ACCOUNT_ID } from '../account.ts';
import type { Access } from './access.ts';
import type { Lookups } from './authorization.ts';

/** What a service does with a key: data keys are made to encrypt, and decrypted to read. */
type KeyUse = 'kms:GenerateDataKey' | 'kms:Decrypt';

/**
 * The rights on the KMS key of a resource that using it needs: none for one without a key of the customer's. The service
 * calls KMS in the caller's name, which the key's policy sees as `kms:ViaService`.
 */
export function onKeyOf(resourceArn: string, uses: readonly KeyUse[], lookups: Lookups): Access[] {
  const key = lookups.keyOf(resourceArn);
  if (key === undefined) return [];
  const service = resourceArn.split(':')[2];
  const context = {
    'kms:ViaService': `${service}.${lookups.region}.amazonaws.com`,
    'kms:CallerAccount': ACCOUNT_ID,
  };
  return uses.map((action) => ({ action, resource: key, context }));
}
