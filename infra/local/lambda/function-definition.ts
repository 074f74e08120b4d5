/** A function of the template, as the service works with it. */
export interface FunctionDefinition {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  readonly handler?: string | undefined;
  readonly runtime?: string | undefined;
  readonly role?: string | undefined;
  readonly description?: string | undefined;
  readonly memoryMebibytes: number;
  readonly timeoutSeconds: number;
  readonly architectures: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ephemeralStorageMebibytes: number;
  /** Access points, and where the function sees them. */
  readonly fileSystems: readonly { readonly arn: string; readonly localMountPath: string }[];
  /** The most invocations at a time; absent: the account's limit. */
  readonly reservedConcurrency?: number | undefined;
  /** The queue or topic that gets asynchronous events which were given up. */
  readonly deadLetterArn?: string | undefined;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** Unix epoch, milliseconds. */
  readonly modifiedAt: number;
}

/** What happens to asynchronous invocations of a function. */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeInSeconds: number;
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  /** Unix epoch, milliseconds. */
  readonly modifiedAt: number;
}

/** AWS's defaults: two retries, six hours. */
export const DEFAULT_EVENT_INVOKE_CONFIG = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 21_600 } as const;

/** A queue that feeds a function. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly arn: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** Batches that run at a time; absent: as many as the stand-in polls for by default. */
  readonly maximumConcurrency?: number | undefined;
  readonly reportBatchItemFailures: boolean;
  /** Event patterns, any of which lets a message through; none lets all through. */
  readonly filters: readonly string[];
  /** Unix epoch, milliseconds. */
  readonly modifiedAt: number;
}
