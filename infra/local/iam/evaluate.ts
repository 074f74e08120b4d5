import type { Access, ContextLookup, Principal } from './access.ts';
import { firstMatch, type Pattern, type Policy, type Statement } from './policy.ts';

/** A request: what is wanted, and the condition keys that it has. */
export type Asked = Pick<Access, 'action' | 'resource'> & { readonly lookUp: ContextLookup };

/** The policies that count for one request. */
export interface Applicable {
  /** The policies of the role that acts; none for a service. */
  readonly identity: readonly Policy[];
  /** The policy of the resource itself. */
  readonly resource: readonly Policy[];
  /**
   * Whether the resource's policy must allow as well: that of a key or a role decides alone, and lets the account's own
   * policies count only where it names the account.
   */
  readonly resourceDecides?: boolean;
}

/** What allowed a request: a statement, by one of its actions and one of its resources. */
export interface Grant {
  readonly statement: Statement;
  readonly action: Pattern;
  readonly resource: Pattern;
}

/** Why a request is refused, in the words that AWS has for it. */
export type Refusal =
  | 'with an explicit deny in an identity-based policy'
  | 'with an explicit deny in a resource-based policy'
  | 'because no identity-based policy allows'
  | 'because no resource-based policy allows';

export type Decision =
  | { readonly allowed: true; readonly grants: readonly Grant[] }
  | { readonly allowed: false; readonly refusal: Refusal };

/**
 * Decides one request within one account: an explicit denial wins, then any allowance of the role's or the resource's
 * policies, otherwise no. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(principal: Principal, asked: Asked, policies: Applicable): Decision {
  const { identity, resource } = policies;
  const applies = finder(principal, asked);
  if (applies('Deny', identity)) return refused('with an explicit deny in an identity-based policy');
  if (applies('Deny', resource)) return refused('with an explicit deny in a resource-based policy');
  const byIdentity = applies('Allow', identity);
  const byResource = applies('Allow', resource);
  if (policies.resourceDecides) return decideByResource(principal, asked, policies, byIdentity, byResource);
  // Administrators have AdministratorAccess, which is no policy of the stack.
  if (principal.kind === 'administrator') return { allowed: true, grants: [] };
  const grant = byIdentity ?? byResource;
  if (grant) return { allowed: true, grants: [grant] };
  return refused(
    principal.kind === 'role' ? 'because no identity-based policy allows' : 'because no resource-based policy allows',
  );
}

function decideByResource(
  principal: Principal,
  asked: Asked,
  { resource }: Applicable,
  byIdentity: Grant | undefined,
  byResource: Grant | undefined,
): Decision {
  if (byResource) return { allowed: true, grants: [byResource] };
  const delegated = finder(principal, asked, ({ principals }) => principals?.delegates === true)('Allow', resource);
  if (principal.kind !== 'role' || !delegated) return refused('because no resource-based policy allows');
  return byIdentity
    ? { allowed: true, grants: [byIdentity, delegated] }
    : refused('because no identity-based policy allows');
}

type Find = (effect: Statement['effect'], policies: readonly Policy[]) => Grant | undefined;

function finder(
  principal: Principal,
  { action, resource, lookUp }: Asked,
  isAbout: (statement: Statement) => boolean = (statement) => concerns(statement, principal),
): Find {
  return (effect, policies) => {
    for (const { statements } of policies) {
      for (const statement of statements) {
        if (statement.effect !== effect || !isAbout(statement)) continue;
        const grant = grantOf(statement, action, resource, lookUp);
        if (grant) return grant;
      }
    }
    return undefined;
  };
}

/** A denial to the account is one to everybody in it; an allowance to the account only passes the decision on. */
function concerns({ effect, principals }: Statement, principal: Principal): boolean {
  if (principals === undefined || principals.include(principal)) return true;
  return effect === 'Deny' && principal.kind === 'role' && principals.delegates;
}

function grantOf(statement: Statement, action: string, resource: string, lookUp: ContextLookup): Grant | undefined {
  const byAction = firstMatch(statement.actions, action, lookUp);
  const byResource = byAction && firstMatch(statement.resources, resource, lookUp);
  if (!byResource || !statement.holds(lookUp)) return undefined;
  return { statement, action: byAction, resource: byResource };
}

function refused(refusal: Refusal): Decision {
  return { allowed: false, refusal };
}
