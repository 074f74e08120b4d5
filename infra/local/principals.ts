import { createHash } from 'node:crypto';
import { ACCOUNT_ID } from './account.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Dummy credentials, one pair per role, so that every call says which principal made it. */
export interface Principals {
  credentialsFor(roleArn: string): Credentials;
  /** The role's ARN, or the account's root for credentials that no role was given. */
  arnOf(accessKeyId: string): string;
}

export function principals(): Principals {
  const roles = new Map<string, string>();
  return {
    credentialsFor(roleArn) {
      const accessKeyId = `LOCAL${createHash('sha256').update(roleArn).digest('hex').slice(0, 15).toUpperCase()}`;
      roles.set(accessKeyId, roleArn);
      return { accessKeyId, secretAccessKey: 'local' };
    },
    arnOf: (accessKeyId) => roles.get(accessKeyId) ?? `arn:aws:iam::${ACCOUNT_ID}:root`,
  };
}
