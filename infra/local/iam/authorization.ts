import type { Access } from './access.ts';

/** What tables of authorizations look up. */
export interface Lookups {
  readonly region: string;
  /** The KMS key behind a resource, as an ARN; undefined for one without a key of the customer's. */
  keyOf(resourceArn: string): string | undefined;
  /** The roles of a task definition, and its ARN with the revision. */
  taskDefinition(reference: string): TaskDefinitionFacts | undefined;
}

export interface TaskDefinitionFacts {
  readonly taskDefinitionArn: string;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
}

/** What a caller must be allowed for one operation. The input is as it came: nothing has checked it. */
export type Authorization<Input> = (input: Input, lookups: Lookups) => readonly Access[];

/** A service's operations, by name. One that needs no permission has an empty list. */
export type AuthorizationTable<Input> = Readonly<Record<string, Authorization<Input>>>;

/** The input of an operation in JSON or Query. */
export type Members = Readonly<Record<string, unknown>>;

/** One action on one resource. */
export function on(action: string, resource: string, context?: Access['context']): Access {
  return { action, resource, ...(context === undefined ? {} : { context }) };
}

/** A member of an input as text; empty when it is not there. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The name at the end of an ARN or a path, or the name itself. */
export function lastPart(reference: unknown): string {
  return text(reference).split(/[/:]/).at(-1) ?? '';
}

/** The items of a list in an input. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
