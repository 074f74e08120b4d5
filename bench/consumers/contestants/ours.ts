import { createSqsClient } from '../../../aws/clients.ts';
import { createJobQueue } from '../../../aws/job-queue.ts';
import { createTaskProtection } from '../../../aws/task-protection.ts';
import { createConsumer } from '../../../worker/consume.ts';
import { createProtector } from '../../../worker/protect.ts';
import { createSoloGate } from '../../../worker/solo-gate.ts';
import { systemClock } from '../../../worker/system-clock.ts';
import type { Contestant } from '../contestant.ts';

/** The worker's own consumer as `service` makes it: heartbeats, task protection and the gate of jobs that run alone. */
export const ours: Contestant = ({ queueUrl, slots, work }) => {
  const logger = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const consumer = createConsumer({
    queue: createJobQueue(createSqsClient(), queueUrl),
    handle: async () => {
      await work.run();
      return { kind: 'not-a-job' };
    },
    gate: createSoloGate(),
    protector: createProtector(createTaskProtection(process.env), {
      clock: systemClock,
      random: Math.random,
      logger,
      jobMinutes: 11,
      stop: new AbortController().signal,
    }),
    clock: systemClock,
    random: Math.random,
    logger,
    slots,
    visibilitySeconds: 120,
  });
  void consumer.run();
};
