import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodies, type SqsFixture, sqsFixture } from './queue-fixture.ts';

let sqs: SqsFixture;
beforeEach(() => {
  sqs = sqsFixture();
});
afterEach(() => sqs.close());

function takeOne(queue: ReturnType<SqsFixture['queue']>, visibilitySeconds = 30) {
  const [received] = sqs.take(queue, 1, visibilitySeconds);
  if (!received) throw new Error('No message.');
  return received;
}

describe('a received message', () => {
  it('is hidden until its visibility timeout is over, to the millisecond', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    takeOne(queue);
    sqs.clock.advance(29_999);
    expect(sqs.take(queue)).toEqual([]);
    sqs.clock.advance(1);
    expect(bodies(sqs.take(queue))).toEqual(['a']);
  });

  it('counts its receives and keeps the time of the first', () => {
    const queue = sqs.queue('q');
    const sentAt = sqs.clock.now();
    sqs.send(queue, 'a');
    sqs.clock.advance(1000);
    takeOne(queue);
    for (let receive = 2; receive <= 3; receive += 1) {
      sqs.clock.advance(60_000);
      expect(takeOne(queue).receiveCount).toBe(receive);
    }
    sqs.clock.advance(60_000);
    const again = takeOne(queue);
    expect(again.firstReceivedAt).toBe(sentAt + 1000);
    expect(again.row.sent_at).toBe(sentAt);
  });

  it('can be received at once again with a timeout of 0, once per receive', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    expect(sqs.take(queue, 10, 0)).toHaveLength(1);
    expect(sqs.take(queue, 10, 0)[0]?.receiveCount).toBe(2);
  });

  it('comes back early, or later, when its visibility is changed', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const first = takeOne(queue);
    sqs.store.messages.changeVisibility(queue, first.receiptHandle, 100);
    sqs.clock.advance(99_999);
    expect(sqs.take(queue)).toEqual([]);
    sqs.clock.advance(1);
    const second = takeOne(queue);
    sqs.store.messages.changeVisibility(queue, second.receiptHandle, 0);
    expect(bodies(sqs.take(queue))).toEqual(['a']);
  });

  it('can be hidden for 12 hours from its receive on and no longer', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const { receiptHandle } = takeOne(queue, 43_200);
    sqs.clock.advance(10 * 3_600_000);
    const change = (seconds: number) => sqs.store.messages.changeVisibility(queue, receiptHandle, seconds);
    expect(() => change(7201)).toThrow(/Total VisibilityTimeout for the message is beyond the limit/);
    expect(() => change(7200)).not.toThrow();
  });

  it('is not in flight once its timeout is over', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const { receiptHandle } = takeOne(queue);
    sqs.clock.advance(30_000);
    expect(() => sqs.store.messages.changeVisibility(queue, receiptHandle, 10)).toThrow(
      expect.objectContaining({ code: 'AWS.SimpleQueueService.MessageNotInflight' }),
    );
  });
});

describe('a receipt handle', () => {
  it('deletes its message, also after the visibility timeout', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const { receiptHandle } = takeOne(queue);
    sqs.clock.advance(31_000);
    sqs.remove(queue, receiptHandle);
    expect(sqs.counts(queue)).toEqual({ visible: 0, notVisible: 0, delayed: 0 });
  });

  it('is stale after a later receive: a delete succeeds and deletes nothing, a change is refused', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const old = takeOne(queue).receiptHandle;
    sqs.clock.advance(30_000);
    const { receiptHandle } = takeOne(queue);
    expect(receiptHandle).not.toBe(old);
    sqs.remove(queue, old);
    expect(sqs.counts(queue).notVisible).toBe(1);
    expect(() => sqs.store.messages.changeVisibility(queue, old, 0)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
    sqs.remove(queue, receiptHandle);
    expect(sqs.counts(queue).notVisible).toBe(0);
  });

  it('is invalid when it was made up or belongs to another queue', () => {
    const queue = sqs.queue('q');
    const other = sqs.queue('other');
    sqs.send(queue, 'a');
    const { receiptHandle } = takeOne(queue);
    for (const [where, handle] of [[queue, 'nonsense'] as const, [other, receiptHandle] as const]) {
      expect(() => sqs.remove(where, handle)).toThrow(expect.objectContaining({ code: 'ReceiptHandleIsInvalid' }));
    }
  });

  it('of a deleted message deletes nothing and raises nothing', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a');
    const { receiptHandle } = takeOne(queue);
    sqs.remove(queue, receiptHandle);
    expect(() => sqs.remove(queue, receiptHandle)).not.toThrow();
    expect(sqs.counts(queue).visible).toBe(0);
  });
});

describe('the counts of a queue', () => {
  it('tell visible, hidden and delayed messages apart, exactly', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'a', 'b', 'c');
    sqs.store.messages.send(queue, [{ body: 'later', delaySeconds: 5 }], 'sender');
    sqs.take(queue, 1);
    expect(sqs.counts(queue)).toEqual({ visible: 2, notVisible: 1, delayed: 1 });
    sqs.clock.advance(5000);
    expect(sqs.counts(queue)).toEqual({ visible: 3, notVisible: 1, delayed: 0 });
    sqs.clock.advance(25_000);
    expect(sqs.counts(queue)).toEqual({ visible: 4, notVisible: 0, delayed: 0 });
  });

  it('survive a restart with receive counts, deadlines and handles', () => {
    const queue = sqs.queue('q');
    sqs.send(queue, 'held', 'waiting');
    const { receiptHandle } = takeOne(queue);
    sqs.restart();
    expect(sqs.counts(queue)).toEqual({ visible: 1, notVisible: 1, delayed: 0 });
    sqs.clock.advance(29_999);
    expect(bodies(sqs.take(queue))).toEqual(['waiting']);
    sqs.clock.advance(1);
    expect(sqs.take(queue)[0]?.receiveCount).toBe(2);
    expect(() => sqs.store.messages.changeVisibility(queue, receiptHandle, 0)).toThrow();
  });
});

it('refuses a short poll with OverLimit when too many messages are in flight', () => {
  sqs.close();
  sqs = sqsFixture({ maxInFlight: 3 });
  const queue = sqs.queue('q');
  sqs.send(queue, 'a', 'b', 'c', 'd');
  const taken = takeOne(queue);
  takeOne(queue);
  expect(sqs.take(queue, 10)).toHaveLength(1);
  expect(() => takeOne(queue)).toThrow(expect.objectContaining({ code: 'OverLimit' }));
  sqs.restart();
  expect(() => takeOne(queue)).toThrow(expect.objectContaining({ code: 'OverLimit' }));
  sqs.remove(queue, taken.receiptHandle);
  expect(bodies(sqs.take(queue))).toEqual(['d']);
});

it('counts what is in flight one by one, too', () => {
  sqs.close();
  sqs = sqsFixture({ maxInFlight: 3 });
  const queue = sqs.queue('q');
  sqs.send(queue, 'a', 'b', 'c', 'd');
  for (let receive = 1; receive <= 3; receive += 1) takeOne(queue);
  expect(() => takeOne(queue)).toThrow(expect.objectContaining({ code: 'OverLimit' }));
});
