import type { CompiledTemplate } from './compiled-template.ts';

/** What intrinsic functions are resolved against. */
export interface Scope {
  readonly template: CompiledTemplate;
  readonly region: string;
  readonly accountId: string;
  readonly stackName: string;
  readonly stackId: string;
  /** What `Ref` gives for a resource; undefined when it does not exist (its condition is false). */
  ref(logicalId: string): string | undefined;
  /** What `Fn::GetAtt` gives; undefined when there is no such attribute. */
  attribute(logicalId: string, attribute: string): unknown;
}

/** `AWS::NoValue`: the property that holds it disappears. */
const NO_VALUE = Symbol('AWS::NoValue');

type Resolve = (value: unknown) => unknown;
type Intrinsic = (argument: unknown, scope: Scope, resolve: Resolve) => unknown;

/** A value with every intrinsic function replaced. Throws one sentence that names what cannot be resolved. */
export function resolveIntrinsics(value: unknown, scope: Scope): unknown {
  const resolved = resolveValue(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Whether a condition of the template holds. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions[name];
  if (condition === undefined) throw new Error(`The template has no condition ${name}.`);
  return resolveValue(condition, scope) === true;
}

/** The function's name when an object is an intrinsic: one member, `Ref`, `Condition` or `Fn::…`. */
export function intrinsicName(value: object): string | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::') ? name : undefined;
}

function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const name = intrinsicName(value);
  if (name === undefined) return resolveMembers(value, scope);
  const intrinsic = INTRINSICS[name];
  // `Condition` is an intrinsic in conditions and an ordinary member (of an IAM statement) elsewhere.
  const argument = (value as Record<string, unknown>)[name];
  if (name === 'Condition' && typeof argument !== 'string') return resolveMembers(value, scope);
  if (!intrinsic) throw new Error(`The intrinsic function ${name} is not implemented by the local stand-in.`);
  return intrinsic(argument, scope, (inner) => resolveValue(inner, scope));
}

function resolveMembers(value: object, scope: Scope): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, resolveValue(member, scope)] as const)
      .filter(([, member]) => member !== NO_VALUE),
  );
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => reference(String(argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    return attributeOf(logicalId, path.join('.'), scope);
  },
  'Fn::Sub': (argument, scope, resolve) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return substitute(String(text), (variables ?? {}) as Record<string, unknown>, scope, resolve);
  },
  'Fn::Join': (argument, _scope, resolve) => {
    const [separator, parts] = resolve(argument) as [string, unknown[]];
    return parts.map(String).join(separator);
  },
  'Fn::Split': (argument, _scope, resolve) => {
    const [separator, text] = resolve(argument) as [string, string];
    return text.split(separator);
  },
  'Fn::Select': (argument, _scope, resolve) => {
    const [index, list] = resolve(argument) as [string | number, unknown[]];
    const selected = list[Number(index)];
    if (selected === undefined) throw new Error(`Fn::Select: there is no item ${index} in a list of ${list.length}.`);
    return selected;
  },
  'Fn::If': (argument, scope, resolve) => {
    const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return resolve(conditionHolds(condition, scope) ? whenTrue : whenFalse);
  },
  'Fn::Equals': (argument, _scope, resolve) => {
    const [left, right] = resolve(argument) as [unknown, unknown];
    return String(left) === String(right);
  },
  'Fn::Not': (argument, _scope, resolve) => (resolve(argument) as unknown[])[0] !== true,
  'Fn::And': (argument, _scope, resolve) => (resolve(argument) as unknown[]).every((item) => item === true),
  'Fn::Or': (argument, _scope, resolve) => (resolve(argument) as unknown[]).some((item) => item === true),
  Condition: (argument, scope) => conditionHolds(String(argument), scope),
  'Fn::FindInMap': (argument, scope, resolve) => {
    const [map, first, second] = (resolve(argument) as unknown[]).map(String);
    const found = scope.template.Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (found === undefined) throw new Error(`Fn::FindInMap: there is no ${map}.${first}.${second}.`);
    return found;
  },
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`),
  'Fn::Base64': (argument, _scope, resolve) => Buffer.from(String(resolve(argument))).toString('base64'),
};

function reference(name: string, scope: Scope): unknown {
  const pseudo: Record<string, unknown> = {
    'AWS::Region': scope.region,
    'AWS::AccountId': scope.accountId,
    'AWS::StackName': scope.stackName,
    'AWS::StackId': scope.stackId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
  if (name in pseudo) return pseudo[name];
  const parameter = scope.template.Parameters[name];
  if (parameter) return parameter.Default;
  const physicalId = scope.ref(name);
  if (physicalId === undefined) throw new Error(`Ref ${name}: the stack has no such resource or parameter.`);
  return physicalId;
}

function attributeOf(logicalId: string, attribute: string, scope: Scope): unknown {
  const value = scope.attribute(logicalId, attribute);
  if (value === undefined) {
    const type = scope.template.Resources[logicalId]?.Type ?? 'no such resource';
    throw new Error(`Fn::GetAtt ${logicalId}.${attribute}: the local stand-in gives ${type} no such attribute.`);
  }
  return value;
}

function substitute(text: string, variables: Record<string, unknown>, scope: Scope, resolve: Resolve): string {
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(resolve(variables[name]));
    const [logicalId = '', ...path] = name.split('.');
    return String(path.length > 0 ? attributeOf(logicalId, path.join('.'), scope) : reference(name, scope));
  });
}
