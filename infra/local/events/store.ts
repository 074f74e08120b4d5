import type { DatabaseSync } from 'node:sqlite';
import { arn } from '../account.ts';
import { transaction } from '../database.ts';
import { AwsError } from '../http/aws-error.ts';
import { compilePattern, type MatchEvent } from './pattern.ts';
import { compileTargetInput, type MakeInput, type Target } from './target.ts';

/** The states of a rule. Those for management events are not here, as nothing local makes such events. */
export const RULE_STATES = ['ENABLED', 'DISABLED'] as const;

/** A rule as it was put. */
export interface Rule {
  readonly name: string;
  /** JSON text. */
  readonly eventPattern: string;
  readonly state: (typeof RULE_STATES)[number];
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** A rule ready to match events, with its targets ready to make their input. */
export interface CompiledRule {
  readonly name: string;
  readonly arn: string;
  readonly matches: MatchEvent;
  readonly targets: readonly { readonly target: Target; readonly makeInput: MakeInput }[];
}

const MAX_TARGETS = 5;

/** Rules of the default bus and their targets. */
export type EventsStore = ReturnType<typeof eventsStore>;

/** Opens the store; makes its tables when they are missing. */
export function eventsStore(database: DatabaseSync, region: string) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS events_rule (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS events_target (
      rule TEXT NOT NULL, id TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (rule, id)
    ) STRICT;
  `);
  const selectRule = database.prepare('SELECT definition FROM events_rule WHERE name = ?');
  const selectRules = database.prepare('SELECT definition FROM events_rule ORDER BY name');
  const upsertRule = database.prepare('INSERT OR REPLACE INTO events_rule (name, definition) VALUES (?, ?)');
  const deleteRule = database.prepare('DELETE FROM events_rule WHERE name = ?');
  const selectTargets = database.prepare('SELECT definition FROM events_target WHERE rule = ? ORDER BY id');
  const upsertTarget = database.prepare('INSERT OR REPLACE INTO events_target (rule, id, definition) VALUES (?, ?, ?)');
  const deleteTarget = database.prepare('DELETE FROM events_target WHERE rule = ? AND id = ?');
  const deleteTargets = database.prepare('DELETE FROM events_target WHERE rule = ?');
  let compiled: readonly CompiledRule[] | undefined;

  const ruleArn = (name: string) => arn('events', region, `rule/${name}`);

  function findRule(name: string): Rule | undefined {
    const row = selectRule.get(name);
    return row && (JSON.parse(String(row.definition)) as Rule);
  }
  function getRule(name: string): Rule {
    const rule = findRule(name);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }
  function listRules(): Rule[] {
    return selectRules.all().map((row) => JSON.parse(String(row.definition)) as Rule);
  }
  function listTargets(rule: string): Target[] {
    return selectTargets.all(rule).map((row) => JSON.parse(String(row.definition)) as Target);
  }
  function putRule(rule: Rule): string {
    compilePattern(rule.eventPattern);
    upsertRule.run(rule.name, JSON.stringify(rule));
    compiled = undefined;
    return ruleArn(rule.name);
  }
  function writeTargets(rule: string, targets: readonly Target[]): void {
    for (const target of targets) compileTargetInput(target);
    const ids = new Set([...listTargets(rule), ...targets].map((target) => target.Id));
    if (ids.size > MAX_TARGETS) {
      throw new AwsError(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${MAX_TARGETS} targets of rule ${rule}.`,
      );
    }
    for (const target of targets) upsertTarget.run(rule, target.Id, JSON.stringify(target));
    compiled = undefined;
  }

  return {
    ruleArn,
    findRule,
    getRule,
    listRules,
    listTargets,
    putRule,
    putTargets(rule: string, targets: readonly Target[]): void {
      getRule(rule);
      transaction(database, () => writeTargets(rule, targets));
    },
    /** Puts a rule with exactly these targets, in one step. */
    replaceRule(rule: Rule, targets: readonly Target[]): string {
      return transaction(database, () => {
        const made = putRule(rule);
        deleteTargets.run(rule.name);
        writeTargets(rule.name, targets);
        return made;
      });
    },
    removeTarget(rule: string, id: string): boolean {
      compiled = undefined;
      return deleteTarget.run(rule, id).changes > 0;
    },
    removeRule(name: string): void {
      if (listTargets(name).length > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      deleteRule.run(name);
      compiled = undefined;
    },
    /** The enabled rules, compiled once until a rule or a target changes. */
    enabledRules(): readonly CompiledRule[] {
      compiled ??= listRules()
        .filter((rule) => rule.state === 'ENABLED')
        .map((rule) => ({
          name: rule.name,
          arn: ruleArn(rule.name),
          matches: compilePattern(rule.eventPattern),
          targets: listTargets(rule.name).map((target) => ({ target, makeInput: compileTargetInput(target) })),
        }));
      return compiled;
    },
  };
}
