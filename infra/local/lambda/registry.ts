import { arn } from '../account.ts';
import { AwsError } from '../http/aws-error.ts';
import type { EventInvokeConfig, EventSourceMapping, FunctionDefinition } from './function-definition.ts';

/** A statement of a function's resource policy. */
export type PolicyStatement = Readonly<Record<string, unknown>>;

/**
 * Functions and what belongs to them. In memory: the API offers no way to change them, and every boot makes them anew from
 * the template.
 */
export type Registry = ReturnType<typeof registry>;

/** Makes an empty registry; providers fill it. */
export function registry(region: string) {
  const functions = new Map<string, FunctionDefinition>();
  const mappings = new Map<string, EventSourceMapping>();
  const invokeConfigs = new Map<string, EventInvokeConfig>();
  const policies = new Map<string, Map<string, PolicyStatement>>();
  const documents = new Map<string, unknown>();

  const functionArn = (name: string) => arn('lambda', region, `function:${name}`);

  function find(nameOrArn: string): FunctionDefinition | undefined {
    return functions.get(functionNameOf(nameOrArn));
  }
  return {
    functionArn,
    mappingArn: (uuid: string) => arn('lambda', region, `event-source-mapping:${uuid}`),
    find,
    /** By name, qualified name, ARN or partial ARN. */
    get(nameOrArn: string): FunctionDefinition {
      const found = find(nameOrArn);
      if (found) return found;
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: ${functionArn(functionNameOf(nameOrArn))}`,
        404,
        {
          Type: 'User',
        },
      );
    },
    list: (): readonly FunctionDefinition[] => [...functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    put: (definition: FunctionDefinition) => void functions.set(definition.name, definition),
    mappings: (): readonly EventSourceMapping[] => [...mappings.values()],
    putMapping: (mapping: EventSourceMapping) => void mappings.set(mapping.uuid, mapping),
    invokeConfig: (name: string): EventInvokeConfig | undefined => invokeConfigs.get(name),
    putInvokeConfig: (name: string, config: EventInvokeConfig) => void invokeConfigs.set(name, config),
    policy: (name: string): readonly PolicyStatement[] => [...(policies.get(name)?.values() ?? [])],
    /** The policy as a document, the same object until a statement is put; undefined for a function without one. */
    policyDocument(name: string): unknown {
      const statements = policies.get(name);
      if (statements && !documents.has(name)) {
        documents.set(name, { Version: '2012-10-17', Statement: [...statements.values()] });
      }
      return documents.get(name);
    },
    putStatement(name: string, id: string, statement: PolicyStatement): void {
      documents.delete(name);
      policies.set(name, (policies.get(name) ?? new Map()).set(id, statement));
    },
  };
}

/** `name`, `name:1`, `000000000000:function:name` and `arn:aws:lambda:…:function:name:$LATEST` are all `name`. */
export function functionNameOf(nameOrArn: string): string {
  const afterFunction = /(?:^|:)function:([^:]+)/.exec(nameOrArn)?.[1];
  return afterFunction ?? nameOrArn.split(':')[0] ?? nameOrArn;
}
