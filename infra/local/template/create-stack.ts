import { createHash } from 'node:crypto';
import { ACCOUNT_ID, arn } from '../account.ts';
import type { CreatedResource, ResourceProvider } from '../service.ts';
import type { CompiledTemplate } from './compiled-template.ts';
import { creationOrder } from './creation-order.ts';
import { conditionHolds, resolveIntrinsics, type Scope } from './intrinsics.ts';
import { SKIPPED_TYPES } from './skipped.ts';

export interface StackOptions {
  readonly stackName: string;
  readonly region: string;
  readonly template: CompiledTemplate;
  readonly providers: readonly ResourceProvider[];
}

export interface StackResource extends CreatedResource {
  readonly logicalId: string;
  readonly type: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
}

/** A stack whose resources all exist. */
export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly template: CompiledTemplate;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: readonly StackOutput[];
  /** Resolves a value of the template, such as a function's environment, against the stack. */
  resolve(value: unknown): unknown;
}

/** Creates every resource of a compiled template through the provider for its type; on a second boot, updates it. */
export async function createStack(options: StackOptions): Promise<Stack> {
  const { template, stackName, region } = options;
  const providers = new Map(options.providers.map((provider) => [provider.type, provider]));
  const resources = new Map<string, StackResource>();
  const id = arn('cloudformation', region, `stack/${stackName}/${shortHash(stackName)}`);
  const scope: Scope = {
    template,
    region,
    accountId: ACCOUNT_ID,
    stackName,
    stackId: id,
    ref: (logicalId) => resources.get(logicalId)?.ref,
    attribute: (logicalId, attribute) => resources.get(logicalId)?.attributes?.[attribute],
  };

  for (const logicalId of creationOrder(template)) {
    const resource = template.Resources[logicalId];
    if (!resource || resource.Type in SKIPPED_TYPES) continue;
    if (resource.Condition !== undefined && !conditionHolds(resource.Condition, scope)) continue;
    const provider = providers.get(resource.Type);
    if (!provider)
      throw new Error(`Resource ${logicalId}: type ${resource.Type} is not implemented by the local stand-in.`);
    const properties = resolveOf(`Resource ${logicalId}`, resource.Properties, scope);
    const generatedName = `${stackName}-${logicalId}-${shortHash(`${stackName}/${logicalId}`)}`;
    const created = await provider.create({ logicalId, properties, generatedName, stackName });
    resources.set(logicalId, { ...created, logicalId, type: resource.Type });
  }

  return {
    name: stackName,
    id,
    template,
    resources,
    outputs: outputsOf(template, scope),
    resolve: (value) => resolveIntrinsics(value, scope),
  };
}

function outputsOf(template: CompiledTemplate, scope: Scope): StackOutput[] {
  return Object.entries(template.Outputs)
    .filter(([, output]) => output.Condition === undefined || conditionHolds(output.Condition, scope))
    .map(([key, output]) => ({
      key,
      value: String(resolveOf(`Output ${key}`, output.Value, scope)),
      ...(output.Description === undefined ? {} : { description: output.Description }),
    }));
}

function resolveOf(what: string, value: unknown, scope: Scope): unknown {
  try {
    return resolveIntrinsics(value, scope);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
