import type { CompiledTemplate } from './compiled-template.ts';
import { intrinsicName } from './intrinsics.ts';

/** Logical IDs in an order in which everything that a resource refers to comes before it. Throws on a cycle. */
export function creationOrder(template: CompiledTemplate): string[] {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();

  function visit(logicalId: string, path: readonly string[]): void {
    if (state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'visiting') {
      throw new Error(
        `The template's resources depend on one another in a circle: ${[...path, logicalId].join(' → ')}.`,
      );
    }
    state.set(logicalId, 'visiting');
    for (const dependency of dependenciesOf(template, logicalId)) visit(dependency, [...path, logicalId]);
    state.set(logicalId, 'done');
    order.push(logicalId);
  }

  for (const logicalId of Object.keys(template.Resources)) visit(logicalId, []);
  return order;
}

function dependenciesOf(template: CompiledTemplate, logicalId: string): Set<string> {
  const resource = template.Resources[logicalId];
  const names = new Set<string>(resource?.DependsOn);
  collectReferences(resource?.Properties, names);
  return new Set([...names].filter((name) => name in template.Resources));
}

function collectReferences(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const name = Array.isArray(value) ? undefined : intrinsicName(value);
  const argument = name === undefined ? undefined : (value as Record<string, unknown>)[name];
  if (name === 'Ref') names.add(String(argument));
  if (name === 'Fn::GetAtt') names.add(String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]));
  if (name === 'Fn::Sub') collectSubstitutions(Array.isArray(argument) ? argument[0] : argument, names);
  for (const member of Object.values(value)) collectReferences(member, names);
}

function collectSubstitutions(text: unknown, names: Set<string>): void {
  for (const match of String(text).matchAll(/\$\{([^!}.]+)[^}]*\}/g)) names.add(match[1] ?? '');
}
