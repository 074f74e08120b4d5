import type { GuardedResources } from '../iam/guarded-resource.ts';
import type { ResourceProvider } from '../service.ts';

/** The resources of one shell type, by ARN, as far as permissions need them. */
export interface Remembered {
  readonly provider: ResourceProvider;
  readonly guarded: GuardedResources;
}

/** Keeps the policy of every resource that a provider makes, from the property that has it. */
export function remembered(provider: ResourceProvider, policyProperty: string): Remembered {
  const policies = new Map<string, unknown>();
  return {
    provider: {
      type: provider.type,
      async create(resource) {
        const created = await provider.create(resource);
        const properties = (resource.properties ?? {}) as Record<string, unknown>;
        policies.set(String(created.attributes?.Arn), properties[policyProperty]);
        return created;
      },
    },
    guarded: {
      find: (arn) => (policies.has(arn) ? { arn, policy: policies.get(arn) } : undefined),
      list: () => [...policies].map(([arn, policy]) => ({ arn, policy })),
    },
  };
}
