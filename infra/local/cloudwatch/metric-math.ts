import { AwsError, notImplemented } from '../http/aws-error.ts';
import { type Filling, FUNCTIONS, fill } from './math/functions.ts';
import { type Node, parseExpression } from './math/parse-expression.ts';
import { combine, isList, type LabelledSeries, mapValue, type Series, type Value } from './math/values.ts';

/** What an expression is evaluated against. */
export interface MathScope {
  /** The value of another query of the same request, by its ID; undefined when there is none. */
  value(id: string): Value | undefined;
  /** The queries of the request that are metrics, not expressions: what METRICS() gives. */
  readonly metrics: readonly (LabelledSeries & { readonly id: string })[];
  /** Starts of all periods that are asked for, ascending: what FILL fills. */
  readonly times: readonly number[];
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '<=': (left, right) => Number(left <= right),
  '>': (left, right) => Number(left > right),
  '>=': (left, right) => Number(left >= right),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '||': (left, right) => Number(left !== 0 || right !== 0),
};

/** Evaluates a CloudWatch metric math expression. Throws ValidationError, or NotImplemented naming a function. */
export function evaluateExpression(text: string, scope: MathScope): Value {
  return evaluate(parseExpression(text), scope);
}

/** IDs of the queries that an expression names, functions' keywords aside. */
export function expressionNames(text: string): readonly string[] {
  return namesIn(parseExpression(text)).filter((name) => name !== 'REPEAT' && name !== 'LINEAR');
}

function evaluate(node: Node, scope: MathScope): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'text':
      throw new AwsError('ValidationError', `A text ("${node.value}") stands where a value was expected.`);
    case 'name':
      return queryValue(node.name, scope);
    case 'list':
      return listOf(node.items, scope);
    case 'negate':
      return mapValue(evaluate(node.operand, scope), (number) => -number);
    case 'binary':
      return combine(evaluate(node.left, scope), evaluate(node.right, scope), operatorOf(node.operator));
    case 'call':
      return call(node.name, node.arguments, scope);
  }
}

function call(name: string, args: readonly Node[], scope: MathScope): Value {
  if (name === 'METRICS') return metrics(args[0], scope);
  if (name === 'FILL') return fillCall(args, scope);
  const known = FUNCTIONS[name];
  if (!known) throw notImplemented(`The metric math function ${name}`);
  const listed = args.length === 1 && args[0]?.kind === 'list';
  const items = args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  return known(
    items.map((item) => evaluate(item, scope)),
    listed,
  );
}

function metrics(filter: Node | undefined, scope: MathScope): Value {
  const wanted = filter?.kind === 'text' ? filter.value : '';
  return scope.metrics.filter((metric) => metric.id.includes(wanted));
}

function fillCall(args: readonly Node[], scope: MathScope): Value {
  const [what, how] = args;
  if (!what || !how) throw new AwsError('ValidationError', 'FILL takes a time series and what to fill it with.');
  return fill(evaluate(what, scope), fillingOf(how, scope), scope.times);
}

function fillingOf(node: Node, scope: MathScope): Filling {
  if (node.kind === 'name' && (node.name === 'REPEAT' || node.name === 'LINEAR')) return node.name;
  const value = evaluate(node, scope);
  if (typeof value === 'number') return value;
  throw new AwsError('ValidationError', 'FILL is filled with a number, REPEAT or LINEAR.');
}

function listOf(items: readonly Node[], scope: MathScope): Value {
  return items.flatMap((item) => {
    const value = evaluate(item, scope);
    if (isList(value)) return value;
    const series: Series = typeof value === 'number' ? new Map(scope.times.map((time) => [time, value])) : value;
    return [{ label: item.kind === 'name' ? item.name : '', series }];
  });
}

function queryValue(name: string, scope: MathScope): Value {
  const value = scope.value(name);
  if (value !== undefined) return value;
  throw new AwsError('ValidationError', `Invalid metrics list: ${name} is not the ID of a query.`);
}

function operatorOf(operator: string): (left: number, right: number) => number {
  const known = OPERATORS[operator];
  if (!known) throw notImplemented(`The metric math operator ${operator}`);
  return known;
}

function namesIn(node: Node): readonly string[] {
  switch (node.kind) {
    case 'name':
      return [node.name];
    case 'list':
      return node.items.flatMap(namesIn);
    case 'call':
      return node.arguments.flatMap(namesIn);
    case 'negate':
      return namesIn(node.operand);
    case 'binary':
      return [...namesIn(node.left), ...namesIn(node.right)];
    default:
      return [];
  }
}
