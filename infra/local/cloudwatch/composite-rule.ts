import { AwsError } from '../http/aws-error.ts';
import { STATES, type State } from './alarm-definition.ts';

/** An alarm rule, parsed. */
export type Rule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'state'; readonly state: State; readonly alarm: string }
  | { readonly kind: 'not'; readonly operand: Rule }
  | { readonly kind: 'and' | 'or'; readonly left: Rule; readonly right: Rule };

const TOKEN = /\s*(?:([()])|"([^"]+)"|([A-Za-z0-9_.:/-]+))/y;

/**
 * Parses a composite alarm's rule: ALARM(name), OK(name) and INSUFFICIENT_DATA(name), TRUE and FALSE, joined by NOT, AND
 * and OR in this order of tightness. Names may be ARNs. Throws ValidationError with the place of the first fault.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseRule(text: string): Rule {
  const tokens = tokenize(text);
  let position = 0;
  const isNext = (token: string) => tokens[position] === token;
  function take(): string {
    const token = tokens[position++];
    if (token === undefined) throw fault(text, 'it ends too early');
    return token;
  }
  function expect(token: string): void {
    const found = take();
    if (found !== token) throw fault(text, `expected ${token}, got ${found}`);
  }

  function joined(word: 'AND' | 'OR', next: () => Rule): Rule {
    let left = next();
    while (isNext(word)) {
      position += 1;
      left = { kind: word === 'AND' ? 'and' : 'or', left, right: next() };
    }
    return left;
  }
  const either = (): Rule => joined('OR', () => joined('AND', single));

  function single(): Rule {
    const token = take();
    if (token === 'NOT') return { kind: 'not', operand: single() };
    if (token === 'TRUE' || token === 'FALSE') return { kind: 'constant', value: token === 'TRUE' };
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    const state = STATES.find((known) => known === token);
    if (!state) throw fault(text, `${token} is no state and no operator`);
    expect('(');
    const alarm = take();
    expect(')');
    return { kind: 'state', state, alarm: alarm.split(':alarm:')[1] ?? alarm };
  }

  const rule = either();
  if (position < tokens.length) throw fault(text, `${tokens[position]} is one too many`);
  return rule;
}

/** Whether a rule holds. */
export function holds(rule: Rule, stateOf: (alarm: string) => State): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.operand, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}

/** Names of the alarms that a rule looks at. */
export function alarmsIn(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsIn(rule.operand);
    default:
      return [...new Set([...alarmsIn(rule.left), ...alarmsIn(rule.right)])];
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw fault(text, `cannot read on at character ${at + 1}`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

function fault(text: string, what: string): AwsError {
  return new AwsError('ValidationError', `AlarmRule "${text}": ${what}.`);
}
