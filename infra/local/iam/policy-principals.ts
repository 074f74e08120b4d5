import { z } from 'zod';
import { ACCOUNT_ID } from '../account.ts';
import type { Principal } from './access.ts';
import { PolicyError } from './policy-error.ts';

/** Whom a statement of a resource's policy is about. */
export interface PolicyPrincipals {
  /** As the policy names them, for reports. */
  readonly names: readonly string[];
  /** Whether the statement is about somebody. */
  include(principal: Principal): boolean;
  /** The name by which it is about somebody. */
  nameFor(principal: Principal): string | undefined;
  /** Whether it only passes the decision on to the policies of the account's roles, as key policies do. */
  readonly delegates: boolean;
}

const oneOrMany = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const principalSchema = z.union([
  z.literal('*'),
  z.strictObject({ AWS: oneOrMany.optional(), Service: oneOrMany.optional() }),
]);

const ROOT = `arn:aws:iam::${ACCOUNT_ID}:root`;

/** Reads the `Principal` of a statement. Throws PolicyError for federated and canonical users, which are not here. */
export function parsePrincipals(raw: unknown): PolicyPrincipals {
  const parsed = principalSchema.safeParse(raw);
  if (!parsed.success) throw new PolicyError('its Principal is neither "*" nor of AWS and Service');
  if (parsed.data === '*') return { names: ['*'], include: () => true, nameFor: () => '*', delegates: false };
  const { AWS: arns = [], Service: services = [] } = parsed.data;

  function nameFor(principal: Principal): string | undefined {
    if (arns.includes('*')) return '*';
    if (principal.kind === 'service') return services.find((name) => name === principal.name);
    if (principal.kind === 'administrator') return arns.find(isAccount);
    if (principal.kind === 'anonymous') return undefined;
    return arns.find((name) => name === principal.roleArn || name === principal.arn);
  }
  return {
    names: [...arns, ...services],
    nameFor,
    include: (principal) => nameFor(principal) !== undefined,
    delegates: arns.some(isAccount),
  };
}

function isAccount(name: string): boolean {
  return name === ROOT || name === ACCOUNT_ID;
}
