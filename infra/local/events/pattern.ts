import { AwsError } from '../http/aws-error.ts';
import { conditionsOf, type FieldConditions } from './conditions/field-conditions.ts';
import { hasLeaf, leavesOf, member, objectsOf } from './event-values.ts';
import { describeValue, isObject, patternError } from './pattern-error.ts';

/** Whether an event matches. The event is parsed JSON, or what would survive being JSON. */
export type MatchEvent = (event: unknown) => boolean;

/** One field of the pattern: either a deeper pattern, or conditions on the values at that place. */
type Field =
  | { readonly kind: 'nested'; readonly name: string; readonly pattern: Pattern }
  | {
      readonly kind: 'leaf';
      readonly name: string;
      readonly path: readonly string[];
      readonly conditions: FieldConditions;
    }
  | { readonly kind: 'or'; readonly alternatives: readonly Pattern[] };

/** All fields must match. */
type Pattern = readonly Field[];

/**
 * Compiles an event pattern, given as JSON text or as the object in it. Throws InvalidEventPatternException with what was
 * wrong, where, and what was expected. Numbers are compared by value, with no bounds on their size.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(source: unknown): MatchEvent {
  const root = typeof source === 'string' ? parseJson(source) : source;
  const pattern = compileObject(root, []);
  return (event) => matchesObject(pattern, event, event);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const error = new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: it is not JSON (${cause instanceof Error ? cause.message : String(cause)}).`,
    );
    error.cause = cause;
    throw error;
  }
}

function compileObject(source: unknown, path: readonly string[]): Pattern {
  if (!isObject(source)) throw patternError(path, 'an object', describeValue(source));
  const entries = Object.entries(source);
  if (entries.length === 0) throw patternError(path, 'at least one field', 'an empty object');
  return entries.map(([name, value]) => compileField(name, value, path));
}

function compileField(name: string, value: unknown, parent: readonly string[]): Field {
  const path = [...parent, name];
  if (name === '$or') return { kind: 'or', alternatives: compileAlternatives(value, parent) };
  if (Array.isArray(value)) return { kind: 'leaf', name, path, conditions: conditionsOf(value, path) };
  if (isObject(value)) return { kind: 'nested', name, pattern: compileObject(value, path) };
  throw patternError(path, 'an object, or an array of values and conditions', describeValue(value));
}

function compileAlternatives(value: unknown, parent: readonly string[]): Pattern[] {
  const path = [...parent, '$or'];
  if (!Array.isArray(value) || value.length < 2) {
    throw patternError(path, 'an array of at least two patterns', describeValue(value));
  }
  // An alternative stands where the $or stands: its fields are fields of the same object.
  return value.map((alternative, index) => {
    if (!isObject(alternative)) throw patternError([...path, index], 'an object', describeValue(alternative));
    return compileObject(alternative, parent);
  });
}

function matchesObject(pattern: Pattern, value: unknown, root: unknown): boolean {
  return pattern.every((field) => matchesField(field, value, root));
}

function matchesField(field: Field, value: unknown, root: unknown): boolean {
  if (field.kind === 'or') return field.alternatives.some((alternative) => matchesObject(alternative, value, root));
  if (field.kind === 'nested') {
    // Of an array of objects one element has to match the whole nested pattern.
    return objectsOf(member(value, field.name)).some((candidate) => matchesObject(field.pattern, candidate, root));
  }
  const { tests, absent } = field.conditions;
  const leaves = leavesOf(member(value, field.name));
  if (leaves.some((leaf) => tests.some((test) => test(leaf)))) return true;
  return absent && !hasLeaf(root, field.path);
}
