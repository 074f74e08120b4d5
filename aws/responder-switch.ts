import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { clientSettings } from './clients.ts';

/** Switches the first responder on and off. */
export interface ResponderSwitch {
  /** Repeated, it asks nothing of AWS. A change takes up to a minute there. Throws what Lambda throws. */
  set(enabled: boolean): Promise<void>;
}

export function createLambdaClient(): LambdaClient {
  return new LambdaClient(clientSettings(4));
}

/** The event source mapping that feeds the responder, by its UUID. */
export function createResponderSwitch(client: Pick<LambdaClient, 'send'>, mapping: string): ResponderSwitch {
  /** Undefined as long as this process has not said it: who else may have is not known. */
  let last: boolean | undefined;
  return {
    async set(enabled) {
      if (last === enabled) return;
      last = undefined;
      await client.send(new UpdateEventSourceMappingCommand({ UUID: mapping, Enabled: enabled }));
      last = enabled;
    },
  };
}
