import { z } from 'zod';
import { ACCOUNT_ID } from '../account.ts';
import { type ResourceProvider, resourceProvider } from '../service.ts';
import { hash } from './shell.ts';

export interface Policy {
  readonly name: string;
  readonly document: unknown;
}

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trustPolicy: unknown;
  /** Policies of the stack: inline ones, attached ones, managed ones. */
  readonly policies: readonly Policy[];
  /** ARNs of managed policies that are AWS's own: their documents are not known here. */
  readonly foreignPolicies: readonly string[];
}

export interface Roles {
  readonly providers: readonly ResourceProvider[];
  /** Every role of the stack with what it is allowed; nothing checks it yet. */
  list(): Role[];
}

interface StoredRole {
  readonly arn: string;
  readonly trustPolicy: unknown;
  readonly inline: readonly Policy[];
  readonly managed: readonly string[];
}

interface Attached extends Policy {
  /** Names of the roles that have it. */
  readonly roles: readonly string[];
  /** Set for a managed policy, which a role may name too. */
  readonly arn?: string;
}

const inlinePolicy = z.strictObject({ PolicyName: z.string().min(1), PolicyDocument: z.unknown() });

const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown().refine((value) => value !== undefined, 'it is required'),
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.unknown().optional(),
  Path: z.string().default('/'),
  PermissionsBoundary: z.string().optional(),
  Policies: z.array(inlinePolicy).default([]),
  RoleName: z.string().min(1).max(64).optional(),
  // Tags do nothing locally.
  Tags: z.unknown().optional(),
});

const policyProperties = z.strictObject({
  PolicyName: z.string().min(1),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
  // There are no users and groups here.
  Groups: z.array(z.string()).optional(),
  Users: z.array(z.string()).optional(),
});

const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: z.string().min(1).optional(),
  PolicyDocument: z.unknown(),
  Description: z.string().optional(),
  Path: z.string().default('/'),
  Roles: z.array(z.string()).default([]),
  // There are no users and groups here.
  Groups: z.array(z.string()).optional(),
  Users: z.array(z.string()).optional(),
});

/** IAM: roles have ARNs and keep their policies, which access control reads. */
export function roles(): Roles {
  const byName = new Map<string, StoredRole>();
  const attached = new Map<string, Attached>();

  const role = resourceProvider('AWS::IAM::Role', roleProperties, (wanted, resource) => {
    const name = wanted.RoleName ?? resource.generatedName.slice(-64);
    const arn = iamArn('role', wanted.Path, name);
    byName.set(name, {
      arn,
      trustPolicy: wanted.AssumeRolePolicyDocument,
      inline: wanted.Policies.map((policy) => ({ name: policy.PolicyName, document: policy.PolicyDocument })),
      managed: wanted.ManagedPolicyArns,
    });
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${hash(arn).slice(0, 17).toUpperCase()}` } };
  });
  const policy = resourceProvider('AWS::IAM::Policy', policyProperties, (wanted, resource) => {
    attached.set(resource.logicalId, {
      name: wanted.PolicyName,
      document: wanted.PolicyDocument,
      roles: wanted.Roles,
    });
    return { ref: resource.generatedName, attributes: { Id: resource.generatedName } };
  });
  const managedPolicy = resourceProvider('AWS::IAM::ManagedPolicy', managedPolicyProperties, (wanted, resource) => {
    const name = wanted.ManagedPolicyName ?? resource.generatedName;
    const arn = iamArn('policy', wanted.Path, name);
    attached.set(resource.logicalId, { name, document: wanted.PolicyDocument, roles: wanted.Roles, arn });
    return { ref: arn, attributes: { PolicyArn: arn } };
  });

  return {
    providers: [role, policy, managedPolicy],
    list() {
      const known = [...attached.values()];
      return [...byName].map(([name, stored]) => ({
        name,
        arn: stored.arn,
        trustPolicy: stored.trustPolicy,
        policies: [
          ...stored.inline,
          ...known
            .filter(
              (item) => item.roles.includes(name) || (item.arn !== undefined && stored.managed.includes(item.arn)),
            )
            .map((item) => ({ name: item.name, document: item.document })),
        ],
        foreignPolicies: stored.managed.filter((arn) => !known.some((item) => item.arn === arn)),
      }));
    },
  };
}

function iamArn(kind: 'role' | 'policy', path: string, name: string): string {
  return `arn:aws:iam::${ACCOUNT_ID}:${kind}${path}${name}`;
}
