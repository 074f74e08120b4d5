import { PolicyError } from './policy-error.ts';
import { compileArn, compileWildcard, type Matches } from './wildcard.ts';

/** A condition operator without its `IfExists`, `ForAnyValue:` and `ForAllValues:`. */
export interface Operator {
  /** Makes the test for one wanted value. */
  compile(wanted: string): Matches;
  /** True for `…Not…`: none of the wanted values may match, and an absent key counts as a match. */
  readonly negated: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const POSITIVE: Readonly<Record<string, (wanted: string) => Matches>> = {
  StringEquals: (wanted) => (value) => value === wanted,
  StringEqualsIgnoreCase: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (wanted) => compileWildcard(wanted),
  // The two behave alike: both take wildcards.
  ArnEquals: compileArn,
  ArnLike: compileArn,
  NumericEquals: (wanted) => compare(wanted, number, (value, limit) => value === limit),
  NumericLessThan: (wanted) => compare(wanted, number, (value, limit) => value < limit),
  NumericLessThanEquals: (wanted) => compare(wanted, number, (value, limit) => value <= limit),
  NumericGreaterThan: (wanted) => compare(wanted, number, (value, limit) => value > limit),
  NumericGreaterThanEquals: (wanted) => compare(wanted, number, (value, limit) => value >= limit),
  DateEquals: (wanted) => compare(wanted, moment, (value, limit) => value === limit),
  DateLessThan: (wanted) => compare(wanted, moment, (value, limit) => value < limit),
  DateLessThanEquals: (wanted) => compare(wanted, moment, (value, limit) => value <= limit),
  DateGreaterThan: (wanted) => compare(wanted, moment, (value, limit) => value > limit),
  DateGreaterThanEquals: (wanted) => compare(wanted, moment, (value, limit) => value >= limit),
  Bool: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Finds an operator. Throws PolicyError for one that is not here. */
export function operatorNamed(name: string): Operator {
  const positive = NEGATED[name] ?? name;
  const compile = Object.hasOwn(POSITIVE, positive) ? POSITIVE[positive] : undefined;
  if (compile === undefined) throw new PolicyError(`the condition operator ${name} is not evaluated here`);
  return { compile, negated: Object.hasOwn(NEGATED, name) };
}

function compare(
  wanted: string,
  read: (text: string) => number,
  holds: (value: number, limit: number) => boolean,
): Matches {
  const limit = read(wanted);
  if (Number.isNaN(limit))
    throw new PolicyError(`a condition compares with ${wanted}, which is neither number nor date`);
  // NaN compares as false: a value that is no number never matches.
  return (value) => holds(read(value), limit);
}

function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** ISO 8601, or seconds since the epoch. */
function moment(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
