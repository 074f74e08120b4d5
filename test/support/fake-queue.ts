import type { Delivery, JobQueue } from '../../aws/job-queue.ts';
import type { Clock } from '../../core/clock.ts';

/** A queue in memory: leases, stale receipts, receive counts, long polls. */
export interface FakeQueue extends JobQueue {
  send(...bodies: string[]): void;
  /** Messages that are not deleted. */
  readonly messages: readonly { readonly body: string; readonly visibleAt: number; readonly receives: number }[];
  /** What was asked, in order: `receive 3`, `delete 2`, `visibility 0`. */
  readonly calls: string[];
  /** Called before every call; may throw or wait. */
  fault(call: string): void | Promise<void>;
}

interface Message {
  readonly body: string;
  visibleAt: number;
  receives: number;
  handle: string;
}

export function fakeQueue(clock: Clock): FakeQueue {
  const messages: Message[] = [];
  let handles = 0;
  let arrived = Promise.withResolvers<void>();

  async function note(call: string): Promise<void> {
    queue.calls.push(call);
    await queue.fault(call);
  }

  function take(max: number, visibilitySeconds: number): Delivery[] {
    const visible = messages.filter(({ visibleAt }) => visibleAt <= clock.now()).slice(0, max);
    return visible.map((message) => {
      message.visibleAt = clock.now() + visibilitySeconds * 1000;
      message.receives += 1;
      message.handle = `handle-${++handles}`;
      return {
        messageId: message.body,
        body: message.body,
        receiptHandle: message.handle,
        receiveCount: message.receives,
      };
    });
  }

  const queue: FakeQueue = {
    messages,
    calls: [],
    fault: () => undefined,
    send(...bodies) {
      for (const body of bodies) messages.push({ body, visibleAt: 0, receives: 0, handle: '' });
      arrived.resolve();
      arrived = Promise.withResolvers<void>();
    },
    async receive({ max, waitSeconds, visibilitySeconds }) {
      await note(`receive ${max}`);
      const end = clock.now() + waitSeconds * 1000;
      for (;;) {
        const taken = take(max, visibilitySeconds);
        const left = end - clock.now();
        if (taken.length > 0 || left <= 0) return taken;
        const waking = messages.map(({ visibleAt }) => visibleAt - clock.now()).filter((wait) => wait > 0);
        const timer = new AbortController();
        await Promise.race([arrived.promise, clock.sleep(Math.min(left, ...waking), timer.signal)]);
        timer.abort();
      }
    },
    async delete(receiptHandles) {
      await note(`delete ${receiptHandles.length}`);
      for (const handle of receiptHandles) {
        const index = messages.findIndex((message) => message.handle === handle);
        if (index !== -1) messages.splice(index, 1);
      }
      return [];
    },
    async changeVisibility(receiptHandle, seconds) {
      await note(`visibility ${seconds}`);
      const message = messages.find(({ handle }) => handle === receiptHandle);
      if (message === undefined || message.visibleAt <= clock.now()) return 'lost';
      message.visibleAt = clock.now() + seconds * 1000;
      return 'kept';
    },
  };
  return queue;
}
