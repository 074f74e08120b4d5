import { AwsError } from '../../http/aws-error.ts';

export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Node[] }
  | { readonly kind: 'negate'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

/** From loosest to tightest; each level is left-associative. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z]\w*)|("[^"]*"|'[^']*')|(\|\||&&|[=!<>]=|[-+*/^<>()[\],]))/y;

/** Parses a metric math expression; throws ValidationError with the place of the first fault. */
export function parseExpression(text: string): Node {
  const tokens = tokenize(text);
  let position = 0;

  const peek = () => tokens[position];
  const take = () => tokens[position++];
  function expect(token: string): void {
    const found = take();
    if (found !== token) throw fault(text, `expected ${token}, got ${found ?? 'the end'}`);
  }

  function parseLevel(level: number): Node {
    const operators = LEVELS[level];
    if (!operators) return parseUnary();
    let left = parseLevel(level + 1);
    for (let operator = peek(); operator !== undefined && operators.includes(operator); operator = peek()) {
      position += 1;
      left = { kind: 'binary', operator: spelling(operator), left, right: parseLevel(level + 1) };
    }
    return left;
  }

  function parseUnary(): Node {
    if (peek() === '-') {
      position += 1;
      return { kind: 'negate', operand: parseUnary() };
    }
    if (peek() === '+') {
      position += 1;
      return parseUnary();
    }
    const base = parsePrimary();
    if (peek() !== '^') return base;
    position += 1;
    return { kind: 'binary', operator: '^', left: base, right: parseUnary() };
  }

  function parsePrimary(): Node {
    const token = take();
    if (token === undefined) throw fault(text, 'it ends too early');
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
    if (/^["']/.test(token)) return { kind: 'text', value: token.slice(1, -1) };
    if (token === '(') {
      const inner = parseLevel(0);
      expect(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', items: parseItems(']') };
    if (!/^[A-Za-z]/.test(token)) throw fault(text, `${token} stands where a value was expected`);
    if (peek() !== '(') return { kind: 'name', name: token };
    position += 1;
    return { kind: 'call', name: token, arguments: parseItems(')') };
  }

  function parseItems(end: string): Node[] {
    const items: Node[] = [];
    if (peek() === end) {
      position += 1;
      return items;
    }
    for (;;) {
      items.push(parseLevel(0));
      if (peek() !== ',') break;
      position += 1;
    }
    expect(end);
    return items;
  }

  const node = parseLevel(0);
  if (peek() !== undefined) throw fault(text, `${peek()} follows after its end`);
  return node;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw fault(text, `${text.slice(start).trim().charAt(0)} has no meaning at character ${start + 1}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

function spelling(operator: string): string {
  if (operator === 'OR') return '||';
  return operator === 'AND' ? '&&' : operator;
}

function fault(text: string, what: string): AwsError {
  return new AwsError('ValidationError', `Error in expression '${text}': ${what}.`);
}
