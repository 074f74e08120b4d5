import './parse-plainly.ts';
import * as z from 'zod';
import { createAlertDesk } from '../aws/alert-desk.ts';
import { createAlerts, createSnsClient } from '../aws/alerts.ts';
import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createMarkStore } from '../aws/mark-store.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { createOutcomeStore } from '../aws/outcome-store.ts';
import { onObjectCreatedSettings } from '../aws/settings.ts';
import { createTaskFacts } from '../aws/task-facts.ts';
import { createTaskLauncher } from '../aws/task-launcher.ts';
import { createTimelineStore } from '../aws/timeline-store.ts';
import { FAILED_AT } from '../core/dead-letter.ts';
import { errorWords } from '../core/error-words.ts';
import { LAUNCH } from '../core/queued-launch.ts';
import { handlerStack } from './handler-stack.ts';
import { type LaunchMessage, type LaunchPorts, launchMessage } from './launch-message.ts';

const attributeSchema = z.object({ stringValue: z.string().exactOptional() });

/** What is looked at of a message: attributes are those that Slipway itself sets, any others may be there. */
const recordSchema = z
  .object({
    messageId: z.string().min(1),
    body: z.string(),
    attributes: z.object({ SentTimestamp: z.coerce.number().exactOptional() }).catch({}),
    messageAttributes: z.record(z.string(), attributeSchema.catch({})).catch({}),
  })
  .transform(({ messageId, body, attributes, messageAttributes }): LaunchMessage => {
    const sentAt = attributes.SentTimestamp;
    const failedAt = messageAttributes[FAILED_AT]?.stringValue;
    const launch = messageAttributes[LAUNCH]?.stringValue;
    return {
      messageId,
      body,
      ...(failedAt === undefined ? {} : { failedAt }),
      ...(launch === undefined ? {} : { launch }),
      ...(sentAt === undefined ? {} : { sentAt }),
    };
  });

/** What Lambda's event source mapping hands over: up to ten messages of the launch queue. */
export const launchBatchSchema = z.object({ Records: z.array(recordSchema) });
export type LaunchBatch = z.output<typeof launchBatchSchema>;

/** The messages that stay in the queue, as `ReportBatchItemFailures` wants it. */
export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Launches a task for every message. One after the other: with the event source's `maximumConcurrency` of a few, that
 * alone keeps RunTask far below its 20 calls a second, so no token bucket is needed.
 */
export async function onObjectCreated(batch: LaunchBatch, ports: LaunchPorts): Promise<BatchResult> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of batch.Records) {
    if (!(await isDone(message, ports))) batchItemFailures.push({ itemIdentifier: message.messageId });
  }
  return { batchItemFailures };
}

/** A fault at one message must not hold up the others: it goes back alone. */
async function isDone(message: LaunchBatch['Records'][number], ports: LaunchPorts): Promise<boolean> {
  try {
    return (await launchMessage(message, ports)) === 'done';
  } catch (error) {
    ports.log.error('A message goes back to the queue.', { messageId: message.messageId, error: errorWords(error) });
    return false;
  }
}

/** Lambda's entry point: SQS batches of the launch queue. */
export const handler = handlerStack({
  expects: 'an SQS batch',
  schema: launchBatchSchema,
  compose(log) {
    const settings = onObjectCreatedSettings(process.env);
    const results = { client: createS3Client(), name: settings.RESULTS_BUCKET };
    const ecs = createEcsClient();
    const clock = { now: () => Date.now() };
    const ports: LaunchPorts = {
      launcher: createTaskLauncher(ecs, settings),
      tasks: createTaskFacts(ecs, settings.CLUSTER),
      outcomes: createOutcomeStore(results),
      timeline: createTimelineStore(results),
      desk: createAlertDesk({
        marks: createMarkStore(results),
        alerts: createAlerts(createSnsClient(), settings.ALERT_TOPIC_ARN),
        clock,
        stage: settings.STAGE,
      }),
      deadLetters: createMessageSender(createSqsClient(), settings.LAUNCH_DEAD_LETTER_QUEUE_URL),
      clock,
      log,
      stage: settings.STAGE,
      inbox: settings.INBOX_BUCKET,
      taskDefinition: settings.TASK_DEFINITION,
      smallest: { cpu: settings.SMALLEST_CPU, memory: settings.SMALLEST_MEMORY },
      largest: { cpu: settings.LARGEST_CPU, memory: settings.LARGEST_MEMORY },
      largestScratchGib: settings.LARGEST_SCRATCH_GIB,
    };
    return (batch) => onObjectCreated(batch, ports);
  },
});
