import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heapOf, type Ordered } from '../../../infra/local/sqs/message-heap.ts';
import type { Queue } from '../../../infra/local/sqs/queues.ts';
import { sqsFixture } from './queue-fixture.ts';

interface Item extends Ordered {
  readonly value: number;
}

it('a heap gives its items in order, whatever was taken out of it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(200)), (values, removals) => {
      const heap = heapOf<Item>((a, b) => a.value < b.value);
      const items = values.map((value) => ({ value, place: 0 }));
      for (const item of items) heap.push(item);
      const left = new Set(items);
      for (const removal of removals) {
        const item = [...left][removal % Math.max(1, left.size)];
        if (!item) continue;
        heap.remove(item);
        left.delete(item);
      }
      const expected = [...left].map(({ value }) => value).sort((a, b) => a - b);
      expect(heap.size).toBe(expected.length);
      const order: number[] = [];
      for (let first = heap.first(); first; first = heap.first()) {
        order.push(first.value);
        heap.remove(first);
      }
      expect(order).toEqual(expected);
    }),
  );
});

type Step =
  | { readonly kind: 'send'; readonly count: number; readonly delay: number }
  | { readonly kind: 'take'; readonly max: number; readonly seconds: number }
  | { readonly kind: 'remove' | 'hide'; readonly handle: number; readonly seconds: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('send' as const),
    count: fc.integer({ min: 1, max: 4 }),
    delay: fc.constantFrom(0, 0, 0, 5),
  }),
  fc.record({ kind: fc.constant('take' as const), max: fc.integer({ min: 1, max: 10 }), seconds: fc.nat(30) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'hide' as const), handle: fc.nat(50), seconds: fc.nat(30) }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }),
  fc.constant({ kind: 'restart' } as const),
);

/** A message as the rules have it, with nothing behind it. */
interface Model {
  readonly body: string;
  queue: 'q' | 'dead';
  visibleAt: number;
  receives: number;
  handle: string;
}

it('what has been done to messages is the same after a restart at any moment, and is what the rules say', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const sqs = sqsFixture();
      const dead = sqs.queue('dead');
      const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
      const queue = sqs.queue('q', { RedrivePolicy: redrive });
      const model: Model[] = [];
      const handles: string[] = [];
      let sent = 0;
      const now = () => sqs.clock.now();
      const living = () => model.filter((message) => message.queue === 'q');
      const seen = (where: Queue, name: Model['queue']) => {
        const own = model.filter((message) => message.queue === name);
        const { visible, notVisible, delayed } = sqs.counts(where);
        expect(visible).toBe(own.filter(({ visibleAt }) => visibleAt <= now()).length);
        expect(notVisible + delayed).toBe(own.filter(({ visibleAt }) => visibleAt > now()).length);
      };

      for (const each of steps) {
        if (each.kind === 'send') {
          const drafts = Array.from({ length: each.count }, () => ({
            body: `${sent++}`,
            delaySeconds: each.delay,
          }));
          sqs.store.messages.send(queue, drafts, 'sender');
          for (const { body } of drafts) {
            model.push({ body, queue: 'q', visibleAt: now() + each.delay * 1000, receives: 0, handle: '' });
          }
        } else if (each.kind === 'take') {
          const dying = living().filter(({ visibleAt, receives }) => visibleAt <= now() && receives >= 2);
          const taken = sqs.take(queue, each.max, each.seconds);
          const possible = living().filter(({ visibleAt, receives }) => visibleAt <= now() && receives < 2);
          expect(taken).toHaveLength(Math.min(each.max, possible.length));
          for (const { row, receiptHandle, receiveCount } of taken) {
            const message = possible.find(({ body }) => body === row.body);
            expect(receiveCount).toBe((message?.receives ?? 0) + 1);
            if (!message) throw new Error(`${row.body} should not have been received.`);
            Object.assign(message, {
              visibleAt: now() + each.seconds * 1000,
              receives: message.receives + 1,
              handle: receiptHandle,
            });
            handles.push(receiptHandle);
          }
          // Those that stood before the last one taken, or all when there were fewer than asked for, are buried.
          const buried = sqs.counts(dead);
          const before = model.filter((message) => message.queue === 'dead').length;
          const count = buried.visible + buried.notVisible - before;
          expect(count).toBeLessThanOrEqual(dying.length);
          if (taken.length < each.max) expect(count).toBe(dying.length);
          const order = dying.toSorted((a, b) => a.visibleAt - b.visibleAt || Number(a.body) - Number(b.body));
          for (const message of order.slice(0, count)) Object.assign(message, { queue: 'dead', visibleAt: now() });
        } else if (each.kind === 'remove') {
          const handle = handles[each.handle];
          if (handle === undefined) continue;
          sqs.remove(queue, handle);
          const index = model.findIndex((message) => message.queue === 'q' && message.handle === handle);
          if (index >= 0) model.splice(index, 1);
        } else if (each.kind === 'hide') {
          const handle = handles[each.handle];
          const message = living().find((one) => one.handle === handle && one.visibleAt > now());
          if (handle === undefined || !message) continue;
          sqs.store.messages.changeVisibility(queue, handle, each.seconds);
          message.visibleAt = now() + each.seconds * 1000;
        } else if (each.kind === 'pass') {
          sqs.clock.advance(each.seconds * 1000);
        } else {
          sqs.restart();
        }
        seen(queue, 'q');
        seen(dead, 'dead');
      }
      // Receives count over all queues: two before, and this one.
      for (const { receiveCount } of sqs.take(dead)) expect(receiveCount).toBe(3);
      sqs.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);

it('makes the changes that it has noted, and forgets the notes', async () => {
  const sqs = sqsFixture();
  const queue = sqs.queue('q');
  for (let round = 0; round < 700; round += 1) {
    sqs.send(queue, `${round}`);
    const [taken] = sqs.take(queue, 1);
    if (round % 2 === 0) sqs.remove(queue, taken?.receiptHandle ?? '');
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(sqs.counts(queue)).toMatchObject({ visible: 0, notVisible: 350 });
  sqs.restart();
  expect(sqs.counts(queue)).toMatchObject({ visible: 0, notVisible: 350 });
  sqs.clock.advance(30_000);
  const again = sqs.take(queue, 10);
  expect(again.map(({ receiveCount }) => receiveCount)).toEqual(Array.from({ length: 10 }, () => 2));
  expect(again.map(({ row }) => Number(row.body) % 2)).toEqual(Array.from({ length: 10 }, () => 1));
  sqs.close();
});
