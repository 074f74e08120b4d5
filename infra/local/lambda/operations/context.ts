import type { AsyncInvocations } from '../async-invocations.ts';
import type { EventSourceMapping } from '../function-definition.ts';
import type { Invocations } from '../invocations.ts';
import type { Registry } from '../registry.ts';

/** What the operations work on. */
export interface LambdaContext {
  readonly registry: Registry;
  readonly invocations: Invocations;
  readonly asyncInvocations: AsyncInvocations;
  /** Gives back the mapping as it is then. */
  switchMapping(mapping: EventSourceMapping, enabled: boolean): EventSourceMapping;
}
