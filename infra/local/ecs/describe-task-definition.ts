import type { TaskDefinition } from './task-definition.ts';

/** The task definition as API calls show it, without its tags: times are epoch seconds. */
export function describeDefinition(definition: TaskDefinition): Record<string, unknown> {
  const { tags: _tags, registeredAt, deregisteredAt, requiresCompatibilities, ...shown } = definition;
  return {
    ...shown,
    requiresCompatibilities,
    compatibilities: [...new Set(['EC2', ...requiresCompatibilities])],
    requiresAttributes: [],
    registeredAt: registeredAt / 1000,
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: deregisteredAt / 1000 }),
  };
}
