import { describeValue, isObject, patternError } from '../pattern-error.ts';
import type { LeafTest, Operator, Path } from './field-conditions.ts';
import { compileWildcard } from './wildcard.ts';

/** `{"prefix": "x"}` or `{"prefix": {"equals-ignore-case": "x"}}`. */
export const prefix: Operator = (operand, path) => affixTest(operand, path, (text, affix) => text.startsWith(affix));

/** `{"suffix": "x"}` or `{"suffix": {"equals-ignore-case": "x"}}`. */
export const suffix: Operator = (operand, path) => affixTest(operand, path, (text, affix) => text.endsWith(affix));

/** `{"equals-ignore-case": "x"}`. */
export const equalsIgnoreCase: Operator = (operand, path) => {
  const expected = textOf(operand, path).toLowerCase();
  return onText((text) => text.toLowerCase() === expected);
};

/** `{"wildcard": "dir/*.png"}`; `\*` and `\\` are the characters themselves. */
export const wildcard: Operator = (operand, path) => onText(compileWildcard(textOf(operand, path), path));

function affixTest(operand: unknown, path: Path, has: (text: string, affix: string) => boolean): LeafTest {
  if (isObject(operand) && Object.keys(operand).join() === 'equals-ignore-case') {
    const affix = textOf(operand['equals-ignore-case'], [...path, 'equals-ignore-case']).toLowerCase();
    return onText((text) => has(text.toLowerCase(), affix));
  }
  if (typeof operand !== 'string') {
    throw patternError(path, 'a string or {"equals-ignore-case": string}', describeValue(operand));
  }
  return onText((text) => has(text, operand));
}

function textOf(operand: unknown, path: Path): string {
  if (typeof operand !== 'string') throw patternError(path, 'a string', describeValue(operand));
  return operand;
}

function onText(test: (text: string) => boolean): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(leaf);
}
