/** The parts of Serverless that the plugin touches. osls ships no types of its own. */
export interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly provider: { environment?: Record<string, unknown> };
    custom?: Record<string, unknown>;
    readonly functions: Readonly<Record<string, ServerlessFunction>>;
  };
  /** Knows the stage and the Region of the command line, which the service's settings may differ from. */
  getProvider(name: 'aws'): { getRegion(): string; readonly naming: { getStackName(): string } };
  /** Serverless shows an error of its own class as a sentence, any other with its stack. */
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  readonly pluginManager: { run(command: readonly string[]): Promise<void> };
}

export interface ServerlessFunction {
  readonly name: string;
  /** The role's ARN, as an intrinsic function. */
  readonly role?: unknown;
  environment?: Record<string, unknown>;
}

export interface PluginUtils {
  readonly log: { notice(message: string): void; warning(message: string): void };
}

export type CliOptions = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;
