import { afterEach, beforeEach, expect, it } from 'vitest';
import { settle } from '../../support/until.ts';
import { bodies, type SqsFixture, sqsFixture } from './queue-fixture.ts';

let sqs: SqsFixture;
beforeEach(() => {
  sqs = sqsFixture();
});
afterEach(() => sqs.close());

it('wakes at once when a message is sent, and takes all that came with it', async () => {
  const queue = sqs.queue('q');
  const waiting = sqs.receive(queue, 20);
  sqs.send(queue, 'a', 'b');
  expect(bodies(await waiting)).toEqual(['a', 'b']);
});

it('wakes when a hidden or delayed message becomes visible', async () => {
  const queue = sqs.queue('q');
  sqs.send(queue, 'hidden');
  sqs.take(queue, 1, 5);
  sqs.store.messages.send(queue, [{ body: 'delayed', delaySeconds: 8 }], 'sender');
  const first = sqs.receive(queue, 20);
  sqs.clock.advance(5000);
  expect(bodies(await first)).toEqual(['hidden']);
  const second = sqs.receive(queue, 20);
  sqs.clock.advance(3000);
  expect(bodies(await second)).toEqual(['delayed']);
});

it('waits for a delayed message that is sent while it waits', async () => {
  const queue = sqs.queue('q');
  const waiting = sqs.receive(queue, 20);
  sqs.store.messages.send(queue, [{ body: 'delayed', delaySeconds: 8 }], 'sender');
  await settle();
  sqs.clock.advance(8000);
  expect(bodies(await waiting)).toEqual(['delayed']);
});

it('sees nothing of a transaction that is not over', async () => {
  const queue = sqs.queue('q');
  const waiting = sqs.receive(queue, 20);
  sqs.transact(() => {
    sqs.send(queue, 'a');
    sqs.send(queue, 'b');
  });
  expect(bodies(await waiting)).toEqual(['a', 'b']);
});

it('wakes when a message is given back', async () => {
  const queue = sqs.queue('q');
  sqs.send(queue, 'a');
  const [held] = sqs.take(queue);
  const waiting = sqs.receive(queue, 20);
  sqs.store.messages.changeVisibility(queue, held?.receiptHandle ?? '', 0);
  expect(bodies(await waiting)).toEqual(['a']);
});

it('wakes a receiver of a dead-letter queue when a message dies', async () => {
  const dead = sqs.queue('dead');
  const policy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const queue = sqs.queue('q', { RedrivePolicy: policy });
  sqs.send(queue, 'a');
  sqs.take(queue);
  sqs.clock.advance(30_000);
  const waiting = sqs.receive(dead, 20);
  sqs.take(queue);
  expect(bodies(await waiting)).toEqual(['a']);
});

it('ends with nothing when the time is over', async () => {
  const queue = sqs.queue('q');
  const waiting = sqs.receive(queue, 20);
  sqs.clock.advance(20_000);
  expect(await waiting).toEqual([]);
  sqs.send(queue, 'later');
  await settle();
  expect(sqs.counts(queue).visible).toBe(1);
});

it('serves receivers in the order of their coming', async () => {
  const queue = sqs.queue('q');
  const served: string[] = [];
  const waits = ['first', 'second', 'third'].map(async (name) => {
    const [message] = await sqs.receive(queue, 20, undefined, 1);
    served.push(`${name}:${message?.row.body}`);
  });
  sqs.send(queue, 'a');
  await settle();
  expect(served).toEqual(['first:a']);
  sqs.send(queue, 'b', 'c');
  await Promise.all(waits);
  expect(served).toEqual(['first:a', 'second:b', 'third:c']);
});

it('takes no message for a caller that has left', async () => {
  const queue = sqs.queue('q');
  const leaving = new AbortController();
  const waiting = sqs.receive(queue, 20, leaving.signal);
  leaving.abort();
  sqs.send(queue, 'a');
  expect(await waiting).toEqual([]);
  expect(await sqs.receive(queue, 0, leaving.signal)).toEqual([]);
  expect(sqs.counts(queue)).toEqual({ visible: 1, notVisible: 0, delayed: 0 });
});

it('finds nothing, silently, while too many messages are in flight', async () => {
  sqs.close();
  sqs = sqsFixture({ maxInFlight: 1 });
  const queue = sqs.queue('q');
  sqs.send(queue, 'a', 'b');
  sqs.take(queue, 1);
  const waiting = sqs.receive(queue, 20);
  sqs.clock.advance(20_000);
  expect(await waiting).toEqual([]);
});

it('wakes a receiver also when the wait of another ends at that very moment', async () => {
  const queue = sqs.queue('q');
  sqs.send(queue, 'hidden');
  sqs.take(queue, 1, 5);
  const leaving = sqs.receive(queue, 5);
  const staying = sqs.receive(queue, 20);
  sqs.clock.advance(5_000);
  expect(await leaving).toEqual([]);
  sqs.clock.advance(1);
  await settle();
  sqs.clock.advance(15_000);
  expect(bodies(await staying)).toEqual(['hidden']);
});

it('ends when the queue is deleted', async () => {
  const queue = sqs.queue('q');
  const waiting = sqs.receive(queue, 20);
  sqs.store.deleteQueue(queue);
  expect(await waiting).toEqual([]);
});

it('hides what it hands out for as long as the queue says by then', async () => {
  const queue = sqs.queue('q', { VisibilityTimeout: '360' });
  const { signal } = new AbortController();
  const waiting = sqs.store.polls.receive(queue, { max: 10, waitSeconds: 20, visibilitySeconds: undefined, signal });
  sqs.store.queues.setAttributes(queue, { VisibilityTimeout: '5' });
  sqs.send(queue, 'a');
  expect(bodies(await waiting)).toEqual(['a']);
  sqs.clock.advance(5000);
  expect(bodies(sqs.take(queue))).toEqual(['a']);
});
