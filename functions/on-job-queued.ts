import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { responderSettings } from '../aws/settings.ts';
import { FAILED_AT } from '../core/dead-letter.ts';
import { composeResponder, type Respond } from '../worker/responder.ts';
import { handlerStack } from './handler-stack.ts';
import type { Log } from './log.ts';

const attributeSchema = z.object({ stringValue: z.string().exactOptional() });

/** What is looked at of a message. */
const recordSchema = z.object({
  messageId: z.string().min(1),
  body: z.string(),
  messageAttributes: z.record(z.string(), attributeSchema.catch({})).catch({}),
});

/** What Lambda's event source mapping hands over: messages of the job queue, one at a time as the template has it. */
export const jobBatchSchema = z.object({ Records: z.array(recordSchema) });
export type JobBatch = z.output<typeof jobBatchSchema>;

/** What is looked at of Lambda's context. */
const contextSchema = z.object({
  invokedFunctionArn: z.string().min(1),
  getRemainingTimeInMillis: z.custom<() => number>((value) => typeof value === 'function'),
});

/** The messages that stay in the queue, as `ReportBatchItemFailures` wants it. */
export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Does the jobs of a batch, all by the same time (Unix epoch, ms), and tells which messages stay in the queue. */
export async function onJobQueued(batch: JobBatch, respond: Respond, endsBy: number): Promise<BatchResult> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, messageAttributes } of batch.Records) {
    const failedAt = messageAttributes[FAILED_AT]?.stringValue;
    const request = { messageId, body, endsBy, ...(failedAt === undefined ? {} : { failedAt }) };
    if (!(await respond(request))) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}

/** Beside this file in the package (scripts/build.ts). */
const CHILD = fileURLToPath(new URL('./child.mjs', import.meta.url));

/** Lambda's entry point: the first responder, on batches of the job queue. */
export const handler = handlerStack({
  expects: 'an SQS batch',
  schema: jobBatchSchema,
  compose(log) {
    const environment = process.env;
    const settings = responderSettings(environment);
    let responder: Promise<Respond> | undefined;
    return async (batch, context) => {
      const { invokedFunctionArn: functionArn, getRemainingTimeInMillis } = contextSchema.parse(context);
      const endsBy = Date.now() + getRemainingTimeInMillis();
      responder ??= composeResponder({ settings, environment, functionArn, logger: workerLogger(log), entry: CHILD });
      return onJobQueued(batch, await responder, endsBy);
    };
  },
});

/** The worker's parts say first what it is about, then the words; of levels below INFO nothing is wanted here. */
function workerLogger(log: Log): Parameters<typeof composeResponder>[0]['logger'] {
  return {
    debug: () => undefined,
    info: (details, message) => log.info(message, { ...details }),
    warn: (details, message) => log.warn(message, { ...details }),
    error: (details, message) => log.error(message, { ...details }),
  };
}
