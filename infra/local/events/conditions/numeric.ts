import { describeValue, patternError } from '../pattern-error.ts';
import type { Operator, Path } from './field-conditions.ts';

type Compare = (value: number, bound: number) => boolean;

const COMPARATORS: Readonly<Record<string, Compare>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const EXPECTED = 'a comparator (=, <, <=, >, >=) and a number, or a range such as [">", 0, "<=", 5]';

/** `{"numeric": [">", 0, "<=", 5]}`: one comparison, or a lower bound and then an upper bound. */
export const numeric: Operator = (operand, path) => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw patternError(path, EXPECTED, describeValue(operand));
  }
  const comparisons = operand
    .filter((_item, index) => index % 2 === 0)
    .map((sign: unknown, pair) => comparison(sign, operand[pair * 2 + 1], [...path, pair * 2]));
  const [lower, upper] = comparisons;
  if (lower && upper) checkRange(lower, upper, path);
  return (leaf) => typeof leaf === 'number' && comparisons.every(({ compare, bound }) => compare(leaf, bound));
};

function comparison(sign: unknown, bound: unknown, path: Path) {
  const compare = typeof sign === 'string' && Object.hasOwn(COMPARATORS, sign) ? COMPARATORS[sign] : undefined;
  if (!compare) throw patternError(path, 'one of =, <, <=, >, >=', describeValue(sign));
  if (typeof bound !== 'number' || !Number.isFinite(bound)) {
    throw patternError(path, `a number after "${sign}"`, describeValue(bound));
  }
  return { sign: String(sign), compare, bound };
}

function checkRange(lower: { sign: string; bound: number }, upper: { sign: string; bound: number }, path: Path): void {
  if (!lower.sign.startsWith('>') || !upper.sign.startsWith('<')) {
    throw patternError(path, 'a range as > or >= first and then < or <=', `${lower.sign} and ${upper.sign}`);
  }
  if (lower.bound >= upper.bound) {
    throw patternError(path, 'a lower bound below the upper one', `${lower.bound} and ${upper.bound}`);
  }
}
