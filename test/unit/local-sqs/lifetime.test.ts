import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bodies, type SqsFixture, sqsFixture } from './queue-fixture.ts';

let sqs: SqsFixture;
beforeEach(() => {
  sqs = sqsFixture();
});
afterEach(() => sqs.close());

const redriveTo = (arn: string, maxReceiveCount: number | string) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount }),
});

describe('redrive', () => {
  it('moves a message on the receive after the last that is allowed, with its sent time and its source', () => {
    const dead = sqs.queue('dead');
    const queue = sqs.queue('q', redriveTo(dead.arn, '2'));
    const sentAt = sqs.clock.now();
    sqs.send(queue, 'poison');
    for (let receive = 1; receive <= 2; receive += 1) {
      expect(sqs.take(queue)).toHaveLength(1);
      sqs.clock.advance(30_000);
    }
    expect(sqs.counts(dead).visible).toBe(0);
    expect(sqs.take(queue)).toEqual([]);
    const [letter] = sqs.take(dead);
    expect(letter?.row).toMatchObject({ body: 'poison', sent_at: sentAt, dead_letter_source: queue.arn });
    // "Across all queues", as the API reference says.
    expect(letter?.receiveCount).toBe(3);
    expect(letter?.firstReceivedAt).toBe(sqs.clock.now());
  });

  it('gives the living to a receiver in the same receive that buries the dead', () => {
    const dead = sqs.queue('dead');
    const queue = sqs.queue('q', redriveTo(dead.arn, 1));
    sqs.send(queue, 'a', 'b', 'c');
    sqs.take(queue, 3);
    sqs.clock.advance(30_001);
    sqs.send(queue, 'd', 'e');
    expect(bodies(sqs.take(queue, 2))).toEqual(['d', 'e']);
    expect(sqs.counts(dead).visible).toBe(3);
  });

  it('is refused towards a queue that is missing or does not allow it', () => {
    const closed = sqs.queue('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const chosen = sqs.queue('chosen', {
      RedriveAllowPolicy: JSON.stringify({
        redrivePermission: 'byQueue',
        sourceQueueArns: ['arn:aws:sqs:us-east-1:000000000000:friend'],
      }),
    });
    expect(() => sqs.queue('q', redriveTo(closed.arn, 1))).toThrow(/does not allow/);
    expect(() => sqs.queue('q', redriveTo(chosen.arn, 1))).toThrow(/does not allow/);
    expect(() => sqs.queue('q', redriveTo(`${closed.arn}-missing`, 1))).toThrow(/does not exist/);
    expect(() => sqs.queue('q', redriveTo(closed.arn, 0))).toThrow(/maxReceiveCount/);
    expect(sqs.queue('friend', redriveTo(chosen.arn, 1)).settings.redrive?.maxReceiveCount).toBe(1);
  });
});

describe('retention', () => {
  it('drops a message when it is too old, in flight or not', () => {
    const queue = sqs.queue('q', { MessageRetentionPeriod: '60' });
    sqs.send(queue, 'a', 'b');
    sqs.take(queue, 1, 43_200);
    sqs.clock.advance(59_999);
    expect(sqs.counts(queue)).toEqual({ visible: 1, notVisible: 1, delayed: 0 });
    sqs.clock.advance(1);
    expect(sqs.counts(queue)).toEqual({ visible: 0, notVisible: 0, delayed: 0 });
    expect(sqs.take(queue)).toEqual([]);
  });

  it('keeps an old message from a receiver that nobody asked for counts', () => {
    const queue = sqs.queue('q', { MessageRetentionPeriod: '60' });
    sqs.send(queue, 'a');
    sqs.clock.advance(60_000);
    expect(sqs.take(queue)).toEqual([]);
  });

  it('of a dead-letter queue counts from when the message was first sent', () => {
    const dead = sqs.queue('dead', { MessageRetentionPeriod: '100' });
    const queue = sqs.queue('q', redriveTo(dead.arn, 1));
    sqs.send(queue, 'a');
    sqs.take(queue);
    sqs.clock.advance(90_000);
    sqs.take(queue);
    expect(sqs.counts(dead).visible).toBe(1);
    sqs.clock.advance(10_000);
    expect(sqs.counts(dead).visible).toBe(0);
  });
});

describe('a move task', () => {
  const bury = () => {
    const dead = sqs.queue('dead');
    const queue = sqs.queue('q', redriveTo(dead.arn, 1));
    sqs.send(queue, ...Array.from({ length: 25 }, (_, index) => String(index)));
    for (let round = 0; round < 3; round += 1) sqs.take(queue);
    sqs.clock.advance(30_000);
    sqs.take(queue);
    return { dead, queue };
  };

  it('brings dead letters back to their source as new messages', () => {
    const { dead, queue } = bury();
    expect(sqs.counts(dead).visible).toBe(25);
    const id = sqs.store.moves.start(dead.arn, undefined, undefined);
    sqs.clock.advance(1000);
    expect(sqs.store.moves.list(dead.arn, 1)).toMatchObject([{ id, status: 'COMPLETED', moved: 25, to_move: 25 }]);
    expect(sqs.counts(queue).visible).toBe(25);
    const [message] = sqs.take(queue, 1);
    expect(message).toMatchObject({ receiveCount: 1, row: { dead_letter_source: null } });
    expect(message?.row.sent_at).toBeGreaterThanOrEqual(sqs.clock.now() - 1000);
  });

  it('keeps to its rate, and ends when it is cancelled', () => {
    const { dead } = bury();
    const id = sqs.store.moves.start(dead.arn, undefined, 5);
    expect(() => sqs.store.moves.start(dead.arn, undefined, 5)).toThrow(/already a task running/);
    sqs.clock.advance(1999);
    expect(sqs.store.moves.cancel(id).moved).toBe(10);
    sqs.clock.advance(60_000);
    expect(sqs.counts(dead).visible).toBe(15);
    expect(() => sqs.store.moves.cancel(id)).toThrow(/Only active tasks/);
  });

  it('leaves letters alone that came after it began', () => {
    const { dead } = bury();
    sqs.store.moves.start(dead.arn, undefined, 5);
    sqs.send(dead, 'later');
    sqs.clock.advance(10_000);
    expect(sqs.store.moves.list(dead.arn, 1)).toMatchObject([{ status: 'COMPLETED', moved: 25 }]);
    expect(bodies(sqs.take(dead))).toEqual(['later']);
  });

  it('goes on after a restart', () => {
    const { dead, queue } = bury();
    sqs.store.moves.start(dead.arn, undefined, 5);
    sqs.clock.advance(500);
    sqs.store.moves.stop();
    sqs.restart();
    sqs.store.moves.resume();
    sqs.clock.advance(10_000);
    expect(sqs.counts(dead).visible).toBe(0);
    expect(sqs.counts(queue).visible).toBe(25);
  });

  it('brings back what was there before a restart', () => {
    const { dead, queue } = bury();
    sqs.restart();
    sqs.store.moves.start(dead.arn, undefined, undefined);
    sqs.clock.advance(1_000);
    expect(sqs.counts(dead).visible).toBe(0);
    expect(sqs.counts(queue).visible).toBe(25);
  });

  it('refuses a queue that is no dead-letter queue', () => {
    const lone = sqs.queue('lone');
    expect(() => sqs.store.moves.start(lone.arn, undefined, undefined)).toThrow(
      /must be configured as a Dead Letter Queue/,
    );
    expect(() => sqs.store.moves.start(`${lone.arn}-missing`, undefined, undefined)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });

  it('fails on a message that came to the dead-letter queue by itself', () => {
    const { dead } = bury();
    sqs.send(dead, 'stray');
    sqs.store.moves.start(dead.arn, undefined, undefined);
    sqs.clock.advance(1000);
    expect(sqs.store.moves.list(dead.arn, 1)).toMatchObject([
      { status: 'FAILED', moved: 25, failure_reason: 'CouldNotDetermineMessageSource' },
    ]);
    expect(sqs.counts(dead).visible).toBe(1);
  });
});
