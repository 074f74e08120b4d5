import { createSqsClient } from '../aws/clients.ts';
import { createJobQueue } from '../aws/job-queue.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { serviceSettings } from '../aws/settings.ts';
import { readTaskMetadata } from '../aws/task-metadata.ts';
import { createTaskProtection } from '../aws/task-protection.ts';
import type { Command } from './command.ts';
import { composeJob } from './compose-job.ts';
import { createConsumer } from './consume.ts';
import { crashPoints } from './crash-points.ts';
import { handleDelivery } from './handle-delivery.ts';
import { createLogger } from './logger.ts';
import { createProtector } from './protect.ts';
import { systemClock } from './system-clock.ts';

/** Works the job queue until the task is told to stop; exits 0 when everything held was finished or given back. */
export const service: Command = async ({ environment, entry, stop }) => {
  const settings = serviceSettings(environment);
  const { taskArn } = await readTaskMetadata(environment, systemClock.sleep);
  const logger = createLogger({ level: settings.LOG_LEVEL, bindings: { command: 'service', taskArn } });
  const sqs = createSqsClient();
  const deadLetters = createMessageSender(sqs, settings.JOB_DEAD_LETTER_QUEUE_URL);
  const ports = await composeJob({ route: 'service', settings, environment, taskArn, logger, deadLetters, entry });
  const consumer = createConsumer({
    queue: crashPoints(environment, logger).watch('queue', createJobQueue(sqs, settings.JOB_QUEUE_URL)),
    handle: (delivery) => handleDelivery(ports, delivery),
    gate: ports.gate,
    protector: createProtector(createTaskProtection(settings.TASK_PROTECTION === 'on' ? environment : {}), {
      clock: systemClock,
      random: Math.random,
      logger,
      // A deadline is for the processor; reading and storing come on top.
      jobMinutes: Math.ceil(settings.JOB_DEADLINE_SECONDS / 60) + 1,
      stop,
    }),
    clock: systemClock,
    random: Math.random,
    logger,
    slots: settings.SLOTS,
    visibilitySeconds: settings.VISIBILITY_SECONDS,
  });
  const drain = () => consumer.drain(settings.DRAIN_SECONDS * 1000);
  stop.addEventListener('abort', drain, { once: true });
  if (stop.aborted) drain();
  logger.info({ slots: settings.SLOTS, visibilitySeconds: settings.VISIBILITY_SECONDS }, 'service started');
  await consumer.run();
  await ports.close();
  logger.info({}, 'service stopped');
  return 0;
};
