import { createS3Client, createSqsClient } from '../aws/clients.ts';
import { createListings } from '../aws/listings.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { writeRecord } from '../aws/record.ts';
import { sweepSettings } from '../aws/settings.ts';
import { recordKeys } from '../core/outcome.ts';
import type { Command } from './command.ts';
import { createLogger } from './logger.ts';
import { sweepInbox } from './sweep-inbox.ts';
import { systemClock } from './system-clock.ts';

/** Puts every object version without an outcome back into its queue, and writes the report; exits 0. */
export const sweep: Command = async ({ environment, stop }) => {
  const settings = sweepSettings(environment);
  const logger = createLogger({ level: settings.LOG_LEVEL, bindings: { command: 'sweep' } });
  const client = createS3Client();
  const sqs = createSqsClient();
  const results = { client, name: settings.RESULTS_BUCKET };
  const report = await sweepInbox({
    listings: createListings({ client, name: settings.INBOX_BUCKET }, results),
    queues: {
      service: createMessageSender(sqs, settings.JOB_QUEUE_URL),
      task: createMessageSender(sqs, settings.LAUNCH_QUEUE_URL),
    },
    largeObjectBytes: settings.LARGE_OBJECT_BYTES,
    graceMs: settings.SWEEP_GRACE_SECONDS * 1000,
    clock: systemClock,
    signal: stop,
  });
  await writeRecord(results, recordKeys.report(report.startedAt), report, 'always');
  logger.info({ report }, 'sweep finished');
  return 0;
};
