import type { z } from 'zod';
import { AwsError, notImplemented } from './http/aws-error.ts';
import type { Call, WireService } from './http/wire.ts';

/** One operation of an AWS API. One file each: its name, the input that it takes, what it does. */
export interface Operation<Store> {
  readonly name: string;
  run(store: Store, input: unknown, call: Call): Promise<object> | object;
}

/**
 * Declares an operation. `input` is a strict object: a parameter that is not in it is refused by name rather than
 * ignored, because an ignored parameter is a promise the stand-in does not keep.
 */
export function operation<Store, Input>(
  name: string,
  input: z.ZodType<Input>,
  run: (store: Store, input: Input, call: Call) => Promise<object> | object,
): Operation<Store> {
  return { name, run: (store, raw, call) => run(store, parseInput(name, input, raw), call) };
}

/** What a resource of the compiled template became. */
export interface CreatedResource {
  /** What `Ref` gives: the physical ID, or what AWS documents for the type. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A resource of the compiled template, its intrinsics resolved. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly properties: unknown;
  /** The same on every boot, so that data is found again: derived from the stack's name and the logical ID. */
  readonly generatedName: string;
  readonly stackName: string;
}

/** Makes resources of one CloudFormation type, the same way on every boot: creating what exists already updates it. */
export interface ResourceProvider {
  readonly type: string;
  create(resource: TemplateResource): Promise<CreatedResource> | CreatedResource;
}

/** Declares a provider. `properties` is strict, as an operation's input is. */
export function resourceProvider<Properties>(
  type: string,
  properties: z.ZodType<Properties>,
  create: (properties: Properties, resource: TemplateResource) => Promise<CreatedResource> | CreatedResource,
): ResourceProvider {
  return { type, create: (resource) => create(parseProperties(type, properties, resource), resource) };
}

/** A service of the stand-in as the composition root sees it. */
export interface LocalService {
  readonly wire?: WireService;
  readonly providers: readonly ResourceProvider[];
  /** Called when every resource exists: begins polling, scheduling, running tasks. */
  start?(): Promise<void> | void;
  /** Ends timers, children and sockets. Safe to call twice. */
  stop?(): Promise<void> | void;
}

function parseInput<Input>(name: string, schema: z.ZodType<Input>, raw: unknown): Input {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    throw notImplemented(`Parameter ${at(issue.path, issue.keys[0])} of ${name}`);
  }
  throw new AwsError('ValidationException', `${name}: ${describeIssue(issue)}`);
}

function parseProperties<Properties>(
  type: string,
  schema: z.ZodType<Properties>,
  resource: TemplateResource,
): Properties {
  const parsed = schema.safeParse(resource.properties ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const what =
    issue?.code === 'unrecognized_keys'
      ? `property ${at(issue.path, issue.keys[0])} is not implemented by the local stand-in`
      : describeIssue(issue);
  throw new Error(`Resource ${resource.logicalId} (${type}): ${what}.`);
}

function describeIssue(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (!issue) return 'the input is not valid';
  return issue.path.length > 0 ? `${at(issue.path)}: ${issue.message}` : issue.message;
}

function at(path: readonly PropertyKey[], key?: string): string {
  return [...path, ...(key === undefined ? [] : [key])].map(String).join('.');
}
