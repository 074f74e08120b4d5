import { describeValue, patternError } from '../pattern-error.ts';
import type { Path } from './field-conditions.ts';

/** Compiles a wildcard into a test that takes time in proportion to the text, however many stars there are. */
export function compileWildcard(source: string, path: Path): (text: string) => boolean {
  const literals = literalsBetweenStars(source, path);
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  if (literals.length === 1) return (text) => text === first;
  const middle = literals.slice(1, -1);
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const literal of middle) {
      const found = text.indexOf(literal, at);
      if (found < 0) return false;
      at = found + literal.length;
    }
    return at <= text.length - last.length;
  };
}

function literalsBetweenStars(source: string, path: Path): string[] {
  const literals = [''];
  for (let index = 0; index < source.length; index += 1) {
    const character = source[index] ?? '';
    if (character === '*') {
      if (source[index + 1] === '*')
        throw patternError(path, 'no two wildcard characters in a row', describeValue(source));
      literals.push('');
      continue;
    }
    if (character === '\\') index += 1;
    const literal = character === '\\' ? source[index] : character;
    if (character === '\\' && literal !== '*' && literal !== '\\') {
      throw patternError(path, 'only \\* and \\\\ after a backslash', describeValue(source));
    }
    literals.push(`${literals.pop() ?? ''}${literal}`);
  }
  return literals;
}
