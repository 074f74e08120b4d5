import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ResourceProvider, resourceProvider, type TemplateResource } from '../service.ts';

/** The properties of a shell as the template gives them; nothing is done with them but to answer attributes. */
export type ShellProperties = Readonly<Record<string, unknown>>;

/** A resource that only has to exist here: it has an ID and attributes, and no behaviour. */
export interface Shell {
  /** CloudFormation type. */
  readonly type: string;
  /** What `Ref` gives. */
  ref(properties: ShellProperties, resource: TemplateResource): string;
  /** What `Fn::GetAtt` gives. */
  attributes?(ref: string, properties: ShellProperties): Readonly<Record<string, unknown>>;
  /** Every property that CloudFormation documents for the type; another one is a mistake in the template. */
  readonly properties: readonly string[];
  readonly required?: readonly string[];
}

/** Makes the provider of a shell. */
export function shellProvider(shell: Shell): ResourceProvider {
  const shape = Object.fromEntries(
    shell.properties.map((name) => [name, shell.required?.includes(name) ? present(name) : z.unknown().optional()]),
  );
  return resourceProvider(shell.type, z.strictObject(shape), (properties: ShellProperties, resource) => {
    const ref = shell.ref(properties, resource);
    return { ref, attributes: shell.attributes?.(ref, properties) ?? {} };
  });
}

/** `vpc-0123456789abcdef0`: an ID as EC2 and EFS make them, the same on every boot. */
export function hexId(prefix: string, resource: TemplateResource): string {
  return `${prefix}-${hash(`${prefix}/${resource.generatedName}`).slice(0, 17)}`;
}

/** A UUID that is the same on every boot. */
export function uuid(resource: TemplateResource): string {
  const hex = hash(resource.generatedName);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function present(name: string) {
  return z.unknown().refine((value) => value !== undefined, `the property ${name} is required`);
}
