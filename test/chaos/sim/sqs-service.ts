import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';
import { awsError, noAnswer, PATIENCE_MS, type Reply, type Serve } from './wire.ts';

/** A message, and where it is: deleted, hidden until `visibleAt`, or to be had. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  visibleAt: number;
  receives: number;
  /** The receipt of its last delivery. */
  handle: string;
  readonly handles: Set<string>;
}

interface Poll {
  readonly input: ReceiveMessageCommandInput;
  readonly until: number;
  readonly reply: Reply;
}

interface Queue {
  readonly url: string;
  readonly messages: Set<StoredMessage>;
  readonly deadLetters?: { readonly url: string; readonly maxReceiveCount: number };
  readonly polls: Set<Poll>;
}

/** Standard queues: at least once, in no order, with leases. */
export interface SqsService {
  readonly serve: Serve;
  /** `maxReceiveCount` receives, then the message moves to the queue `deadLetters`. */
  createQueue(url: string, redrive?: { readonly deadLetters: string; readonly maxReceiveCount: number }): void;
  send(url: string, body: string, attributes?: Readonly<Record<string, string>>): void;
  messages(url: string): readonly StoredMessage[];
  /** Gives back what it has deleted. */
  purge(url: string): readonly StoredMessage[];
  /** Deliveries so far, over all queues. */
  readonly deliveries: number;
}

export function createSqsService({
  scheduler,
  faults,
  chance,
}: {
  scheduler: Scheduler;
  faults: Faults;
  chance: Chance;
}): SqsService {
  const queues = new Map<string, Queue>();
  let deliveries = 0;
  let ids = 0;

  function queueOf(url: string | undefined): Queue {
    const queue = queues.get(url ?? '');
    if (queue === undefined) throw awsError('QueueDoesNotExist', 400);
    return queue;
  }

  function add(queue: Queue, message: Pick<StoredMessage, 'body' | 'attributes'>): void {
    ids += 1;
    const { body, attributes } = message;
    queue.messages.add({ id: `m${ids}`, body, attributes, visibleAt: 0, receives: 0, handle: '', handles: new Set() });
    wake(queue);
  }

  function hide(queue: Queue, message: StoredMessage, seconds: number): void {
    message.visibleAt = scheduler.now() + 1000 * seconds;
    scheduler.at(message.visibleAt, () => wake(queue));
  }

  /** Gives what is visible to whoever waits for it. */
  function wake(queue: Queue): void {
    for (const poll of queue.polls) {
      const taken = take(queue, poll.input);
      if (taken.length === 0) return;
      queue.polls.delete(poll);
      answer(taken, poll.reply);
    }
  }

  function take(
    queue: Queue,
    { MaxNumberOfMessages = 1, VisibilityTimeout = 30 }: ReceiveMessageCommandInput,
  ): unknown[] {
    const visible = [...queue.messages].filter(({ visibleAt }) => visibleAt <= scheduler.now());
    if (visible.length > 1 && faults.draw('sqs.reordered')) visible.reverse();
    const taken: unknown[] = [];
    for (const message of visible) {
      if (taken.length >= MaxNumberOfMessages) break;
      if (moveToDeadLetters(queue, message)) continue;
      message.receives += 1;
      deliveries += 1;
      ids += 1;
      message.handle = `r${ids}`;
      message.handles.add(message.handle);
      if (faults.draw('sqs.delivered-twice')) scheduler.after(chance.between(0, 5000), () => wake(queue));
      else hide(queue, message, VisibilityTimeout);
      taken.push({
        MessageId: message.id,
        Body: message.body,
        ReceiptHandle: message.handle,
        Attributes: { ApproximateReceiveCount: String(message.receives) },
        MessageAttributes: attributesOf(message),
      });
    }
    return taken;
  }

  function moveToDeadLetters(queue: Queue, message: StoredMessage): boolean {
    const { deadLetters } = queue;
    if (deadLetters === undefined || message.receives < deadLetters.maxReceiveCount) return false;
    queue.messages.delete(message);
    add(queueOf(deadLetters.url), message);
    return true;
  }

  function answer(Messages: readonly unknown[], reply: Reply): void {
    if (Messages.length > 0 && faults.draw('sqs.receive-answer-lost')) {
      scheduler.after(PATIENCE_MS, () => reply.fail(noAnswer()));
    } else {
      reply.ok({ Messages });
    }
  }

  function receive(input: ReceiveMessageCommandInput, reply: Reply): void {
    const queue = queueOf(input.QueueUrl);
    const waitMs = 1000 * (input.WaitTimeSeconds ?? 0);
    const taken = take(queue, input);
    if (taken.length > 0 || waitMs === 0) {
      answer(taken, reply);
      return;
    }
    const poll: Poll = { input, until: scheduler.now() + waitMs, reply };
    queue.polls.add(poll);
    scheduler.at(poll.until, () => queue.polls.delete(poll) && reply.ok({ Messages: [] }));
  }

  function remove(queue: Queue, handle: string | undefined): 'gone' | 'refused' {
    const message = find(queue, handle);
    if (message === undefined) return 'gone';
    if (faults.draw('sqs.delete-refused')) return 'refused';
    if (faults.draw('sqs.delete-ignored')) return 'gone';
    // An old receipt may or may not do (Amazon SQS API Reference, DeleteMessage).
    if (message.handle === handle || chance.hit(0.5)) queue.messages.delete(message);
    return 'gone';
  }

  function deleteBatch({ QueueUrl, Entries = [] }: DeleteMessageBatchCommand['input']): unknown {
    const queue = queueOf(QueueUrl);
    const results = Entries.map(({ Id, ReceiptHandle }) => ({ Id, result: remove(queue, ReceiptHandle) }));
    if (faults.draw('sqs.delete-applied-without-answer')) throw noAnswer();
    return {
      Failed: results
        .filter(({ result }) => result === 'refused')
        .map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' })),
    };
  }

  function changeVisibility({
    QueueUrl,
    ReceiptHandle,
    VisibilityTimeout = 0,
  }: ChangeMessageVisibilityCommand['input']): unknown {
    const queue = queueOf(QueueUrl);
    if (faults.draw('sqs.visibility-refused')) throw awsError('InternalError', 500);
    const message = find(queue, ReceiptHandle);
    if (message === undefined) throw awsError('InvalidParameterValue', 400);
    if (message.visibleAt <= scheduler.now()) throw awsError('MessageNotInflight', 400);
    if (message.handle !== ReceiptHandle && chance.hit(0.5)) throw awsError('ReceiptHandleIsInvalid', 400);
    hide(queue, message, VisibilityTimeout);
    if (VisibilityTimeout === 0) wake(queue);
    return {};
  }

  function sendBatch(url: string | undefined, entries: readonly SendMessageBatchRequestEntry[]): unknown {
    const queue = queueOf(url);
    if (faults.draw('sqs.send-refused')) throw awsError('InternalError', 500);
    for (const entry of entries) add(queue, { body: entry.MessageBody ?? '', attributes: textOf(entry) });
    if (faults.draw('sqs.send-applied-without-answer')) throw noAnswer();
    return { Successful: entries.map(({ Id }) => ({ Id })) };
  }

  function answerTo(command: object): unknown {
    if (command instanceof DeleteMessageBatchCommand) return deleteBatch(command.input);
    if (command instanceof ChangeMessageVisibilityCommand) return changeVisibility(command.input);
    if (command instanceof GetQueueAttributesCommand) {
      const { messages } = queueOf(command.input.QueueUrl);
      return { Attributes: { ApproximateNumberOfMessages: String(messages.size) } };
    }
    if (command instanceof SendMessageBatchCommand) {
      return sendBatch(command.input.QueueUrl, command.input.Entries ?? []);
    }
    throw new Error(`The model of SQS does not know ${command.constructor.name}.`);
  }

  return {
    serve(command, reply) {
      if (faults.outage('sqs')) return reply.fail(awsError('ServiceUnavailable', 503));
      if (faults.draw('sqs.throttled')) return reply.fail(awsError('ThrottlingException', 400));
      if (faults.draw('sqs.no-answer')) return scheduler.after(PATIENCE_MS, () => reply.fail(noAnswer()));
      try {
        if (command instanceof ReceiveMessageCommand) receive(command.input, reply);
        else reply.ok(answerTo(command));
      } catch (error) {
        reply.fail(error as Error);
      }
    },
    createQueue(url, redrive) {
      const deadLetters = redrive && { url: redrive.deadLetters, maxReceiveCount: redrive.maxReceiveCount };
      queues.set(url, {
        url,
        messages: new Set(),
        polls: new Set(),
        ...(deadLetters === undefined ? {} : { deadLetters }),
      });
    },
    send: (url, body, attributes = {}) => add(queueOf(url), { body, attributes }),
    messages: (url) => [...queueOf(url).messages],
    purge(url) {
      const { messages } = queueOf(url);
      const lost = [...messages];
      messages.clear();
      return lost;
    },
    get deliveries() {
      return deliveries;
    },
  };
}

function find({ messages }: Queue, handle: string | undefined): StoredMessage | undefined {
  for (const message of messages) if (message.handles.has(handle ?? '')) return message;
  return undefined;
}

function attributesOf({ attributes }: StoredMessage): unknown {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}

function textOf({ MessageAttributes = {} }: SendMessageBatchRequestEntry): Record<string, string> {
  return Object.fromEntries(
    Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? '']),
  );
}
