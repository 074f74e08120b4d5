import { readTemplate } from '../../infra/local/template/compiled-template.ts';
import { conditionHolds, resolveIntrinsics, type Scope } from '../../infra/local/template/intrinsics.ts';

/** A resource that a deployment would create. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** Resolved as far as it can be before the deployment: what another resource gives is that resource's logical ID. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The resources of a compiled template, without those whose condition does not hold. */
export async function readStackResources(file: string, region: string): Promise<readonly StackResource[]> {
  const template = await readTemplate(file);
  const scope: Scope = {
    template,
    region,
    accountId: '123456789012',
    stackName: 'slipway',
    stackId: `arn:aws:cloudformation:${region}:123456789012:stack/slipway/00000000-0000-0000-0000-000000000000`,
    ref: (logicalId) => (logicalId in template.Resources ? logicalId : undefined),
    attribute: (logicalId, name) =>
      logicalId in template.Resources ? attributeOf(logicalId, name, region) : undefined,
  };
  return Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([logicalId, { Type, Properties }]) => ({
      logicalId,
      type: Type,
      properties: resolveIntrinsics(Properties, scope) as Record<string, unknown>,
    }));
}

/** Templates take ARNs apart: whatever part they take has to be there. */
function attributeOf(logicalId: string, name: string, region: string): string {
  const path = [logicalId, logicalId, logicalId].join('/');
  return name.endsWith('Arn') ? `arn:aws:any:${region}:123456789012:${path}` : `${logicalId}.${name}`;
}

/** How many there are of each type, in alphabetical order. */
export function countTypes(resources: readonly StackResource[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
}
