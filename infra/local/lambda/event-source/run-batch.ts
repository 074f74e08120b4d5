import { randomUUID } from 'node:crypto';
import type { EventSourceMapping } from '../function-definition.ts';
import type { Invocations } from '../invocations.ts';
import type { Registry } from '../registry.ts';
import { failedIds } from './batch-response.ts';
import type { SqsMessage, SqsPort } from './sqs-port.ts';
import { type SqsRecord, sqsRecord } from './sqs-records.ts';

/** What a batch is run with. */
export interface RunBatchOptions {
  readonly sqs: SqsPort;
  readonly registry: Registry;
  readonly invocations: Invocations;
  readonly mapping: EventSourceMapping;
  readonly passes: (record: SqsRecord) => boolean;
}

// Lambda's limit on the payload of an invocation, with room for the envelope.
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024 - 1024;

/**
 * Runs a function on a batch and takes off the queue what succeeded or what the filters turn away. What failed stays
 * hidden until its visibility timeout is over, as on AWS; so does everything when the function could not be run.
 */
export async function runBatch(options: RunBatchOptions, messages: readonly SqsMessage[]): Promise<void> {
  const { sqs, mapping } = options;
  const pairs = messages.map((message) => ({ message, record: sqsRecord(message, mapping.queueArn) }));
  const passing = pairs.filter(({ record }) => options.passes(record));
  const turnedAway = pairs.filter((pair) => !passing.includes(pair));
  if (turnedAway.length > 0)
    await sqs.remove(
      mapping.queueArn,
      turnedAway.map(({ message }) => message.receiptHandle),
    );
  for (const part of partsBySize(passing)) await runPart(options, part);
}

interface Pair {
  readonly message: SqsMessage;
  readonly record: SqsRecord;
}

async function runPart(options: RunBatchOptions, pairs: readonly Pair[]): Promise<void> {
  const { mapping, registry, invocations, sqs } = options;
  const payload = JSON.stringify({ Records: pairs.map(({ record }) => record) });
  const answer = await invocations.run(registry.get(mapping.functionName), randomUUID(), payload);
  if (answer.functionError) return;
  const ids = pairs.map(({ message }) => message.messageId);
  const failed = mapping.reportBatchItemFailures ? failedIds(answer.payload, ids) : new Set<string>();
  const done = pairs.filter(({ message }) => !failed.has(message.messageId));
  if (done.length > 0)
    await sqs.remove(
      mapping.queueArn,
      done.map(({ message }) => message.receiptHandle),
    );
}

function partsBySize(pairs: readonly Pair[]): Pair[][] {
  const parts: Pair[][] = [];
  let bytes = 0;
  for (const pair of pairs) {
    const size = Buffer.byteLength(JSON.stringify(pair.record)) + 1;
    const part = parts.at(-1);
    if (part && bytes + size <= MAX_PAYLOAD_BYTES) {
      part.push(pair);
      bytes += size;
    } else {
      parts.push([pair]);
      bytes = size;
    }
  }
  return parts;
}
