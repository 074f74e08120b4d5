import { DEFAULT_POLICIES } from './default-policies.ts';
import type { GuardedResource, GuardedResources } from './guarded-resource.ts';
import { type Policy, parsePolicy } from './policy.ts';

/** A role as the stack has it. */
export interface StackRole {
  readonly arn: string;
  readonly trustPolicy: unknown;
  readonly policies: readonly { readonly name: string; readonly document: unknown }[];
  /** ARNs of managed policies whose documents are AWS's own. */
  readonly foreignPolicies: readonly string[];
}

/** Where policies come from. */
export interface PolicySources {
  roles(): readonly StackRole[];
  /** By the service in the ARN of the resource: `sqs`, `s3`, `kms` … */
  readonly resources: Readonly<Record<string, GuardedResources>>;
}

/** The policies of a system, read. */
export interface Policies {
  ofRole(roleArn: string): readonly Policy[];
  /** Who may assume a role. */
  trustOf(roleArn: string): readonly Policy[];
  /** The policy of whatever an ARN is a part of: of an object, its bucket's. */
  ofResource(arn: string): readonly Policy[];
  find(arn: string): GuardedResource | undefined;
  /** Every policy of the stack. Throws PolicyError for one that cannot be evaluated. */
  all(): {
    readonly identity: readonly (Policy & { readonly roleArn: string })[];
    readonly resource: readonly Policy[];
  };
}

/** Reads policies once each; those of resources again when they have changed. */
export function policies(sources: PolicySources): Policies {
  const byRole = new Map<string, { readonly identity: readonly Policy[]; readonly trust: readonly Policy[] }>();
  const byResource = new Map<string, { readonly document: unknown; readonly policies: readonly Policy[] }>();

  function role(roleArn: string) {
    const known = byRole.get(roleArn);
    if (known) return known;
    const found = sources.roles().find(({ arn }) => arn === roleArn);
    const read = found ? readRole(found) : { identity: [], trust: [] };
    if (found) byRole.set(roleArn, read);
    return read;
  }

  function find(arn: string): GuardedResource | undefined {
    return sources.resources[serviceOf(arn)]?.find(arn);
  }

  function ofResource(arn: string): readonly Policy[] {
    const resource = find(arn);
    return resource ? read(resource) : [];
  }

  function read({ arn, policy }: GuardedResource): readonly Policy[] {
    const document = policy ?? DEFAULT_POLICIES[serviceOf(arn)];
    if (document === undefined) return [];
    const known = byResource.get(arn);
    if (known && known.document === document) return known.policies;
    const parsed = typeof document === 'string' ? JSON.parse(document) : document;
    const fresh = [parsePolicy(arn, parsed, 'resource')];
    byResource.set(arn, { document, policies: fresh });
    return fresh;
  }

  return {
    ofRole: (roleArn) => role(roleArn).identity,
    trustOf: (roleArn) => role(roleArn).trust,
    ofResource,
    find,
    all() {
      const roleArns = sources.roles().map(({ arn }) => arn);
      const resources = Object.values(sources.resources).flatMap((each) => each.list());
      return {
        identity: roleArns.flatMap((roleArn) => role(roleArn).identity.map((policy) => ({ ...policy, roleArn }))),
        resource: [
          ...roleArns.flatMap((roleArn) => role(roleArn).trust),
          // A default is no policy of the stack.
          ...resources.filter(({ policy }) => policy !== undefined).flatMap(read),
        ],
      };
    },
  };
}

function readRole({ arn, trustPolicy, policies: own, foreignPolicies }: StackRole) {
  const [foreign] = foreignPolicies;
  if (foreign !== undefined) {
    throw new Error(
      `Role ${arn} has the managed policy ${foreign}, whose document is not known to the local stand-in.`,
    );
  }
  return {
    identity: own.map(({ name, document }) => parsePolicy(`${arn}/${name}`, document, 'identity')),
    trust: [parsePolicy(`${arn}/trust`, trustPolicy, 'resource', arn)],
  };
}

/** The service in an ARN. */
export function serviceOf(arn: string): string {
  return /^[^:]*:[^:]*:([^:]*)/.exec(arn)?.[1] ?? '';
}
