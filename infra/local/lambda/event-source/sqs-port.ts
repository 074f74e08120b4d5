/** A message attribute as SQS has it; a binary value is Base64 text. */
export interface SqsMessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

/** A received message. */
export interface SqsMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes?: Readonly<Record<string, SqsMessageAttribute>> | undefined;
  readonly md5OfMessageAttributes?: string | undefined;
}

/** How many messages are wanted, and how long they are waited for. */
export interface ReceiveOptions {
  /** At most 10. */
  readonly max: number;
  /** At most 20. */
  readonly waitSeconds: number;
  /** Ends the wait without a message. */
  readonly signal: AbortSignal;
}

/** What an event source mapping needs of SQS. */
export interface SqsPort {
  receive(queueArn: string, options: ReceiveOptions): Promise<readonly SqsMessage[]>;
  remove(queueArn: string, receiptHandles: readonly string[]): Promise<void> | void;
  /** Makes a message visible again after `seconds`. */
  release(queueArn: string, receiptHandle: string, seconds: number): Promise<void> | void;
}
