// One consumer in a process of its own: `contestant.ts NAME OPTIONS`. Its parent asks how much processor time it has taken
// and how long its handlers have been busy.
import { createWork, type Work } from './work.ts';

/** What a consumer is given. */
export interface Terms {
  readonly queueUrl: string;
  /** Messages at a time. */
  readonly slots: number;
  readonly work: Work;
}

/** Starts a consumer that works until its process ends. */
export type Contestant = (terms: Terms) => void;

/** What its parent tells it, as JSON. */
export interface ContestantOptions {
  readonly queueUrl: string;
  readonly slots: number;
  /** Mean of the handler's time, milliseconds; 0: nothing is done. */
  readonly workMs: number;
}

/** What it answers, since its start. */
export interface ContestantUse {
  readonly cpuMs: number;
  readonly busyMs: number;
  readonly rssMiB: number;
}

const CONTESTANTS = {
  ours: async () => (await import('./contestants/ours.ts')).ours,
  'sdk-loop': async () => (await import('./contestants/sdk-loop.ts')).sdkLoop,
  'signed-http': async () => (await import('./contestants/signed-http.ts')).signedHttp,
  'sqs-consumer-defaults': async () => (await import('./contestants/sqs-consumer.ts')).sqsConsumerDefaults,
  'sqs-consumer-messages': async () => (await import('./contestants/sqs-consumer.ts')).sqsConsumerMessages,
  'sqs-consumer-batch': async () => (await import('./contestants/sqs-consumer.ts')).sqsConsumerBatch,
  'sqs-consumer-pool': async () => (await import('./contestants/sqs-consumer.ts')).sqsConsumerPool,
  'sqs-consumer-singles': async () => (await import('./contestants/sqs-consumer.ts')).sqsConsumerSingles,
} satisfies Record<string, () => Promise<Contestant>>;

export type ContestantName = keyof typeof CONTESTANTS;

if (import.meta.main) {
  const [name = '', text = '{}'] = process.argv.slice(2);
  const options = JSON.parse(text) as ContestantOptions;
  const work = createWork(options.workMs);
  const contestant = await CONTESTANTS[name as ContestantName]();
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const rssMiB = process.memoryUsage.rss() / 2 ** 20;
    process.send?.({ cpuMs: (user + system) / 1000, busyMs: work.busyMs(), rssMiB } satisfies ContestantUse);
  });
  process.on('disconnect', () => process.exit(0));
  contestant({ queueUrl: options.queueUrl, slots: options.slots, work });
  process.send?.('started');
}
