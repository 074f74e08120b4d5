import type { ContextLookup } from './access.ts';
import { conditionKey } from './condition-keys.ts';
import type { Matches } from './wildcard.ts';

/** Holds a value against a text of a policy that may have variables such as `${aws:PrincipalAccount}` in it. */
export type MatchesIn = (value: string, lookUp: ContextLookup) => boolean;

const VARIABLE = /\$\{([^}]+)\}/g;
/** `${*}`, `${?}` and `${$}` are the characters themselves; the first two would otherwise be wildcards. */
const LITERALS: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

/**
 * Compiles a text of a policy. Without variables that is done once; with them it is done for every request, from its
 * context, and a variable without a value makes the text match nothing
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html). Throws PolicyError for a variable
 * that never has a value here.
 */
export function compileText(text: string, compile: (pattern: string) => Matches): MatchesIn {
  const names = [...text.matchAll(VARIABLE)].map(([, name = '']) => name);
  if (names.length === 0) return withoutContext(compile(text));
  for (const name of names) if (!Object.hasOwn(LITERALS, name)) conditionKey(name);
  return (value, lookUp) => {
    let complete = true;
    const filled = text.replaceAll(VARIABLE, (_variable, name: string) => {
      if (Object.hasOwn(LITERALS, name)) return LITERALS[name] ?? '';
      const found = lookUp(conditionKey(name));
      if (typeof found !== 'string') complete = false;
      return String(found);
    });
    return complete && compile(filled)(value);
  };
}

function withoutContext(matches: Matches): MatchesIn {
  return (value) => matches(value);
}
