import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientSettings } from './clients.ts';

/** A rule that is on only while it has something to tell. */
export interface WakeRule {
  /** Takes a moment to act (Amazon EventBridge API Reference, EnableRule), as `disable` does. */
  enable(): Promise<void>;
  disable(): Promise<void>;
}

export function createEventsClient(): EventBridgeClient {
  return new EventBridgeClient(clientSettings(8));
}

/** The rule `name` of the default bus. */
export function createWakeRule(client: EventBridgeClient, name: string): WakeRule {
  return {
    enable: async () => void (await client.send(new EnableRuleCommand({ Name: name }))),
    disable: async () => void (await client.send(new DisableRuleCommand({ Name: name }))),
  };
}
