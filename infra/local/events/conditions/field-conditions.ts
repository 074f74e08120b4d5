import type { Leaf } from '../event-values.ts';
import { describeValue, isObject, patternError } from '../pattern-error.ts';
import { anythingBut } from './anything-but.ts';
import { cidr } from './cidr.ts';
import { numeric } from './numeric.ts';
import { equalsIgnoreCase, prefix, suffix, wildcard } from './text.ts';

/** A condition on one value of an event. */
export type LeafTest = (leaf: Leaf) => boolean;

/** A place in the pattern, for messages. */
export type Path = readonly (string | number)[];

/** Reads an operator's operand into a test, or throws what was expected of it. */
export type Operator = (operand: unknown, path: Path) => LeafTest;

/** What may hold at one field: any of the tests on any of its values, or its absence. */
export interface FieldConditions {
  readonly tests: readonly LeafTest[];
  readonly absent: boolean;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
  'anything-but': anythingBut,
  numeric,
  cidr,
};

/** Reads the array at a field: exact values and operators, any of which may hold. */
export function conditionsOf(items: readonly unknown[], path: Path): FieldConditions {
  if (items.length === 0) throw patternError(path, 'at least one value or condition', 'an empty array');
  const tests: LeafTest[] = [];
  let absent = false;
  for (const [index, item] of items.entries()) {
    const exists = existsOf(item, [...path, index]);
    if (exists === undefined) tests.push(testOf(item, [...path, index]));
    else if (exists) tests.push(() => true);
    else absent = true;
  }
  return { tests, absent };
}

function existsOf(item: unknown, path: Path): boolean | undefined {
  if (!isObject(item) || !Object.hasOwn(item, 'exists') || Object.keys(item).length > 1) return undefined;
  if (typeof item.exists === 'boolean') return item.exists;
  throw patternError([...path, 'exists'], 'true or false', describeValue(item.exists));
}

function testOf(item: unknown, path: Path): LeafTest {
  if (item === null || ['string', 'number', 'boolean'].includes(typeof item)) return (leaf) => leaf === item;
  if (!isObject(item))
    throw patternError(path, 'a string, number, true, false, null or an operator', describeValue(item));
  const [name, ...more] = Object.keys(item);
  const operator = name !== undefined && Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (name === undefined || more.length > 0 || !operator) {
    throw patternError(
      path,
      `one operator of ${[...Object.keys(OPERATORS), 'exists'].join(', ')}`,
      describeValue(item),
    );
  }
  return operator(item[name], [...path, name]);
}
