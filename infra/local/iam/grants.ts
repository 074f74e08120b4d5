import type { Principal } from './access.ts';
import type { Grant } from './evaluate.ts';
import type { Policies } from './policies.ts';
import type { Pattern, Statement } from './policy.ts';

/** Names grants: who, which action, on what, in the words of the template. */
export interface GrantNames {
  /** Of a grant that allowed a principal something. */
  nameOf(principal: Principal, grant: Grant): string;
  /** Every grant of the system's policies, in order and once each. */
  all(): string[];
}

/** A grant is one principal, one action and one resource of a statement that allows. */
export function grantNames(policies: Policies, label: (text: string) => string): GrantNames {
  const name = (who: string, action: string, resource: string) => `${label(who)} ${action} ${label(resource)}`;

  function namesOf(who: string, statement: Statement): string[] {
    if (statement.effect === 'Deny') return [];
    return statement.actions.flatMap((action) =>
      statement.resources.map((resource) => name(who, action.text, subjectOf(statement, resource))),
    );
  }

  return {
    nameOf(principal, { statement, action, resource }) {
      return name(whoOf(principal, statement), action.text, subjectOf(statement, resource));
    },
    all() {
      const { identity, resource } = policies.all();
      const ofRoles = identity.flatMap(({ roleArn, statements }) =>
        statements.flatMap((statement) => namesOf(roleArn, statement)),
      );
      const ofResources = resource.flatMap(({ statements }) =>
        statements.flatMap((statement) =>
          (statement.principals?.names ?? []).flatMap((who) => namesOf(who, statement)),
        ),
      );
      return [...new Set([...ofRoles, ...ofResources])].sort();
    },
  };
}

/** Everything, in a resource's own policy, is that resource. */
function subjectOf({ principals, policy }: Statement, { text }: Pattern): string {
  return principals !== undefined && text === '*' ? policy : text;
}

function whoOf(principal: Principal, { principals }: Statement): string {
  if (principals === undefined) return principal.kind === 'role' ? principal.roleArn : principal.kind;
  // What a policy delegates to the account is the account's, whoever of it acts.
  return principals.nameFor(principal) ?? principals.names.find((name) => name !== '*') ?? '*';
}
