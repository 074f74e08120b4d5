import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Access, nameOfPrincipal, type Principal } from './access.ts';
import type { Grant, Refusal } from './evaluate.ts';
import type { GrantNames } from './grants.ts';
import type { Pattern } from './policy.ts';

/** Takes down what was allowed and what was refused. */
export interface AccessRecord {
  allowed(principal: Principal, access: Access, grants: readonly Grant[]): void;
  refused(principal: Principal, access: Access, refusal: Refusal): void;
}

/** Remembers nothing. */
export const NO_RECORD: AccessRecord = { allowed() {}, refused() {} };

/**
 * Writes lines of JSON into a file of its own in `directory`, each grant and each refusal when it is met first, with the
 * request that met it. Written at once: a killed system has told what it did.
 */
export function recordAccess(directory: string, names: () => GrantNames): AccessRecord {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${Date.now()}-${process.pid}.jsonl`);
  const seen = new Map<Pattern, Set<Pattern>>();
  const refusals = new Set<string>();

  function write(line: Record<string, string>): void {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }

  return {
    allowed(principal, { action, resource }, grants) {
      for (const grant of grants) {
        const actions = seen.get(grant.resource) ?? new Set();
        if (actions.has(grant.action)) continue;
        seen.set(grant.resource, actions.add(grant.action));
        write({ grant: names().nameOf(principal, grant), principal: nameOfPrincipal(principal), action, resource });
      }
    },
    refused(principal, { action, resource }, refusal) {
      const key = `${nameOfPrincipal(principal)} ${action} ${resource}`;
      if (refusals.has(key)) return;
      refusals.add(key);
      write({ refused: refusal, principal: nameOfPrincipal(principal), action, resource });
    },
  };
}
