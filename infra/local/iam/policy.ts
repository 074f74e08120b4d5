import { z } from 'zod';
import type { ContextLookup } from './access.ts';
import { type Holds, parseConditions } from './conditions.ts';
import { PolicyError } from './policy-error.ts';
import { type PolicyPrincipals, parsePrincipals } from './policy-principals.ts';
import { compileText, type MatchesIn } from './policy-variables.ts';
import { compileWildcard } from './wildcard.ts';

/** An action or a resource of a statement. */
export interface Pattern {
  readonly text: string;
  readonly matches: MatchesIn;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** The name of the policy that it stands in. */
  readonly policy: string;
  /** Only statements of a resource's own policy name principals. */
  readonly principals?: PolicyPrincipals;
  readonly actions: readonly Pattern[];
  readonly resources: readonly Pattern[];
  readonly holds: Holds;
}

/** A policy document that has been read. */
export interface Policy {
  /** Of a role, `role/policy`; of a resource, its ARN. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Where a policy is attached, which decides what its statements may and must have. */
export type PolicyKind = 'identity' | 'resource';

const oneOrMany = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);
// Strict: NotAction, NotResource and NotPrincipal turn a statement round, and nothing here evaluates them.
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: oneOrMany,
  Resource: oneOrMany.optional(),
  Condition: z.unknown().optional(),
});
const documentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(z.unknown()), z.looseObject({}).transform((statement) => [statement])]),
});

/**
 * Reads a policy document whose intrinsics are resolved. `ownArn` stands in for the resource where a resource's policy
 * need not name it, as in a role's trust policy. Throws PolicyError, naming what is not understood.
 */
export function parsePolicy(name: string, document: unknown, kind: PolicyKind, ownArn?: string): Policy {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new PolicyError(`Policy ${name}: ${describe(parsed.error)}.`);
  const statements = parsed.data.Statement.map((raw, index) => {
    try {
      return parseStatement(name, raw, kind, ownArn);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new PolicyError(`Policy ${name}, statement ${index + 1}: ${error.message}.`);
    }
  });
  return { name, statements };
}

function parseStatement(policy: string, raw: unknown, kind: PolicyKind, ownArn: string | undefined): Statement {
  const parsed = statementSchema.safeParse(raw);
  if (!parsed.success) throw new PolicyError(describe(parsed.error));
  const { Effect, Principal, Action, Resource, Condition } = parsed.data;
  if ((kind === 'resource') !== (Principal !== undefined)) {
    throw new PolicyError(
      kind === 'resource' ? 'it names no Principal' : 'it names a Principal, which a role has none of',
    );
  }
  const resources = Resource ?? (ownArn === undefined ? undefined : [ownArn]);
  if (resources === undefined) throw new PolicyError('it names no Resource');
  return {
    effect: Effect,
    policy,
    ...(kind === 'resource' ? { principals: parsePrincipals(Principal) } : {}),
    actions: Action.map(actionPattern),
    resources: resources.map((text) => ({ text, matches: compileText(text, (pattern) => compileWildcard(pattern)) })),
    holds: parseConditions(Condition),
  };
}

/** Actions are compared without regard to case, and have no variables. */
function actionPattern(text: string): Pattern {
  if (text !== '*' && !/^[\w-]+:[\w*?]+$/.test(text)) throw new PolicyError(`${text} is no action`);
  const matches = compileWildcard(text, { ignoreCase: true });
  return { text, matches: (value) => matches(value) };
}

/** The pattern that a value matches first. */
export function firstMatch(patterns: readonly Pattern[], value: string, lookUp: ContextLookup): Pattern | undefined {
  return patterns.find(({ matches }) => matches(value, lookUp));
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') return `${issue.keys[0]} is not evaluated here`;
  return `${issue?.path.map(String).join('.') || 'it'}: ${issue?.message ?? 'not a policy'}`;
}
