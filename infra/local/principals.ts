import { createHash } from 'node:crypto';
import { ACCOUNT_ID } from './account.ts';
import type { Principal } from './iam/access.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Dummy credentials, one pair per session of a role, so that every call says which function or task made it. */
export interface Principals {
  /** `session` is what AWS names it: a function's name, a task's ID; `functionArn` is the function that gets them, if any. */
  credentialsFor(roleArn: string, session: string, functionArn?: string): Credentials;
  /** The role's session; the account's administrator for credentials that no role was given. */
  principalOf(accessKeyId: string): Principal;
  /** The ARN of the same. */
  arnOf(accessKeyId: string): string;
}

/** What requests without a signature have for an access key ID. */
export const ANONYMOUS = 'anonymous';

const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`;

export function principals(): Principals {
  const sessions = new Map<string, Extract<Principal, { kind: 'role' }>>();

  function principalOf(accessKeyId: string): Principal {
    if (accessKeyId === ANONYMOUS) return { kind: 'anonymous' };
    return sessions.get(accessKeyId) ?? { kind: 'administrator', arn: ROOT_ARN };
  }
  return {
    credentialsFor(roleArn, session, functionArn) {
      const digest = createHash('sha256').update(`${roleArn}/${session}`).digest('hex');
      const accessKeyId = `LOCAL${digest.slice(0, 15).toUpperCase()}`;
      sessions.set(accessKeyId, { kind: 'role', roleArn, arn: sessionArn(roleArn, session), functionArn });
      return { accessKeyId, secretAccessKey: 'local' };
    },
    principalOf,
    arnOf: (accessKeyId) => sessions.get(accessKeyId)?.arn ?? ROOT_ARN,
  };
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; the role's path is not in it. */
export function sessionArn(roleArn: string, session: string): string {
  return `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${roleArn.split('/').at(-1)}/${session}`;
}
