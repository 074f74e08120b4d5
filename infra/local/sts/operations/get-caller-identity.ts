import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { operation } from '../../service.ts';

/** What STS answers from. */
export interface StsStore {
  /** The ARN of the principal behind an access key ID. */
  principalArn(accessKeyId: string): string;
}

/** Who calls: the role that the credentials were made for, or the account. */
export const getCallerIdentity = operation(
  'GetCallerIdentity',
  z.strictObject({}),
  (store: StsStore, _input, call) => ({
    Arn: store.principalArn(call.principal),
    UserId: call.principal,
    Account: ACCOUNT_ID,
  }),
);
