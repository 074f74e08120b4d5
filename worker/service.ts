import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createJobQueue } from '../aws/job-queue.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { serviceSettings } from '../aws/settings.ts';
import { createSurplusStore } from '../aws/surplus-store.ts';
import { createTaskFacts } from '../aws/task-facts.ts';
import { readTaskMetadata } from '../aws/task-metadata.ts';
import { createTaskProtection } from '../aws/task-protection.ts';
import { createWorkReports } from '../aws/work-reports.ts';
import { taskIdOf } from '../core/task-state-change.ts';
import type { Command } from './command.ts';
import { composeJob } from './compose-job.ts';
import { createConsumer } from './consume.ts';
import { crashPoints } from './crash-points.ts';
import { allOf } from './gate.ts';
import { handleDelivery } from './handle-delivery.ts';
import { letHeapGrow } from './heap-growth.ts';
import { createLogger } from './logger.ts';
import { createProtector } from './protect.ts';
import { startWorkReports } from './report-work.ts';
import { watchSurplus } from './surplus.ts';
import { systemClock } from './system-clock.ts';
import { createWorkMeter } from './work-meter.ts';

/** Works the job queue until the task is told to stop; exits 0 when everything held was finished or given back. */
export const service: Command = async ({ environment, entry, stop }) => {
  letHeapGrow();
  const settings = serviceSettings(environment);
  const { taskArn } = await readTaskMetadata(environment, systemClock.sleep);
  const logger = createLogger({ level: settings.LOG_LEVEL, bindings: { command: 'service', taskArn } });
  const sqs = createSqsClient();
  const deadLetters = createMessageSender(sqs, settings.JOB_DEAD_LETTER_QUEUE_URL);
  const tasks = createTaskFacts(createEcsClient(), settings.CLUSTER);
  const composition = { settings, environment, taskArn, logger, tasks, deadLetters, entry };
  const ports = await composeJob({ ...composition, route: 'service' });
  const meter = createWorkMeter(systemClock.now);
  const results = { client: createS3Client(), name: settings.RESULTS_BUCKET };
  const task = taskIdOf(taskArn);
  const watching = { task, clock: systemClock, logger, stop, isAtWork: () => meter.running > 0 };
  const isScaled = settings.SCALER === 'on';
  const consumer = createConsumer({
    queue: crashPoints(environment, logger).watch('queue', createJobQueue(sqs, settings.JOB_QUEUE_URL)),
    handle: (delivery) => meter.measure(() => handleDelivery(ports, delivery)),
    gate: isScaled ? allOf([ports.gate, watchSurplus(createSurplusStore(results), watching)]) : ports.gate,
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
  const reporting = isScaled
    ? startWorkReports(meter, createWorkReports(results, task), { clock: systemClock, logger })
    : undefined;
  await consumer.run();
  await reporting?.stop();
  await ports.close();
  logger.info({}, 'service stopped');
  return 0;
};
