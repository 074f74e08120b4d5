import { describe, expect, it } from 'vitest';
import { scalerWorld } from '../../support/scaler-world.ts';

const steps = (calls: readonly string[]) => calls.filter((call) => call === 'counts').length;

describe('a service with nothing to do', () => {
  it('costs one look a minute, and writes nothing', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    world.calls.length = 0;
    await world.minutes(3);
    expect(world.calls).toEqual(Array(3).fill(['read-record', 'counts']).flat());
    expect(world.isRuleOn()).toBe(true);
  });

  it('is looked at every ten seconds by the tick that finds work, and uploads wake nobody meanwhile', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    world.queue.hidden = 3;
    world.calls.length = 0;
    await world.minutes(1);
    expect(world.service.desired).toBe(1);
    // The look that found it, and the six steps of its minute.
    expect(steps(world.calls)).toBe(7);
    expect(world.isRuleOn()).toBe(false);
  });
});

it('looks every five seconds while jobs wait', async () => {
  const world = scalerWorld();
  world.queue.visible = 100;
  await world.minutes(1);
  expect(steps(world.calls)).toBe(11);
});

describe('an upload after a rest', () => {
  it('starts a task at once, though SQS does not count it yet', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    const woken = world.invoke('wake');
    await world.clock.advance(0);
    expect(world.service.desired).toBe(1);
    expect(world.isRuleOn()).toBe(false);
    await world.clock.advance(60_000);
    await woken;
  });

  it('is followed every ten seconds up to the next tick, which goes on', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    await world.clock.advance(15_000);
    const woken = world.invoke('wake');
    await world.clock.advance(44_000);
    // After 0, 5 (as something waits), 15, 25 and 35 seconds.
    expect(await woken).toEqual({ did: 'stepped', steps: 5 });
    const before = world.record()?.owner;
    await world.clock.advance(1_000);
    const tick = world.invoke('tick');
    await world.clock.advance(55_000);
    expect(await tick).toEqual({ did: 'stepped', steps: 6 });
    expect(world.record()?.owner).not.toBe(before);
  });

  it('wakes one loop, however many events there are of it', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    const woken = Array.from({ length: 50 }, () => world.invoke('wake'));
    await world.clock.advance(60_000);
    const ends = await Promise.all(woken);
    expect(ends.filter(({ did }) => did === 'stepped')).toHaveLength(1);
    expect(ends.filter(({ did }) => did === 'left')).toHaveLength(49);
    expect(world.calls.filter((call) => call.startsWith('set-desired'))).toEqual(['set-desired 1']);
  });

  it('in the very moment of falling asleep is not slept through', async () => {
    const world = scalerWorld();
    const counts = world.stepping.queue.counts;
    let looks = 0;
    Object.assign(world.stepping.queue, {
      counts: async () => {
        looks += 1;
        if (looks === 2) world.queue.visible = 1;
        return counts();
      },
    });
    await world.minutes(1);
    expect(world.record()?.asleep).toBe(false);
    expect(world.service.desired).toBe(1);
  });
});

describe('one loop at a time', () => {
  it('a tick that comes twice leaves the work to the first', async () => {
    const world = scalerWorld();
    world.queue.hidden = 3;
    const [first, second] = [world.invoke('tick'), world.invoke('tick')];
    await world.clock.advance(60_000);
    expect([await first, await second]).toEqual([
      { did: 'stepped', steps: 6 },
      { did: 'left', steps: 0 },
    ]);
  });

  it('a tick that comes a few seconds early waits for its turn', async () => {
    const world = scalerWorld();
    world.queue.hidden = 3;
    const first = world.invoke('tick');
    await world.clock.advance(45_000);
    const second = world.invoke('tick');
    await world.clock.advance(70_000);
    expect(await first).toEqual({ did: 'stepped', steps: 6 });
    expect(await second).toEqual({ did: 'stepped', steps: 6 });
  });

  it('a loop that died is followed by the next tick', async () => {
    const world = scalerWorld();
    world.queue.hidden = 3;
    void world.invoke('tick');
    await world.clock.advance(0);
    // It never comes to its end: nobody moves its timer before the next tick is there.
    const left = world.record();
    world.store(JSON.stringify({ ...left, until: (left?.until ?? 0) - 1 }));
    await world.clock.advance(60_000);
    const next = world.invoke('tick');
    await world.clock.advance(60_000);
    expect(await next).toEqual({ did: 'stepped', steps: 6 });
  });

  it('a clock that was set back by a day does not keep the scaler away', async () => {
    const world = scalerWorld();
    world.queue.visible = 100;
    const now = world.clock.now() + 86_400_000;
    world.store(JSON.stringify({ v: 1, owner: 'x', until: now, tickAt: now, asleep: false, listedAt: now }));
    await world.minutes(1);
    expect(world.service.desired).toBe(2);
  });

  it.each(['{}', '{"v":2,"owner":7,"memory":{"wishes":"?"},"rate":[]}'])(
    '%s of another version is learnt anew',
    async (text) => {
      const world = scalerWorld();
      world.queue.visible = 100;
      world.store(text);
      await world.minutes(1);
      expect(world.service.desired).toBe(2);
    },
  );
});

describe('what fails', () => {
  it('changes nothing, is told, and raises the alarm only while it lasts', async () => {
    const world = scalerWorld();
    Object.assign(world.service, { desired: 7, running: 7 });
    world.broken.add('counts');
    const failed = world.invoke('tick');
    const rejected = expect(failed).rejects.toThrow('broken: counts');
    await world.clock.advance(60_000);
    await rejected;
    expect(world.service.desired).toBe(7);
    expect(world.lines.filter(({ message }) => message === 'a scaling step failed')).toHaveLength(6);

    const healed = world.invoke('tick');
    await world.clock.advance(15_000);
    world.broken.clear();
    await world.clock.advance(45_000);
    expect(await healed).toEqual({ did: 'stepped', steps: 6 });
  });

  it('while falling asleep leaves the scaler awake, and the next tick puts it to sleep', async () => {
    const world = scalerWorld();
    world.broken.add('enable-rule');
    await world.minutes(1);
    expect(world.record()?.asleep).toBe(false);
    world.broken.clear();
    await world.minutes(1);
    expect(world.record()?.asleep).toBe(true);
    expect(world.isRuleOn()).toBe(true);
  });

  it('while the rule is switched off does not hold up the task, and is made up for by the next tick', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    world.broken.add('disable-rule');
    const failed = expect(world.invoke('wake')).rejects.toThrow('broken: disable-rule');
    await world.clock.advance(0);
    expect(world.service.desired).toBe(1);
    await failed;
    world.broken.clear();
    await world.minutes(1);
    expect(world.isRuleOn()).toBe(false);
  });
});

describe('a burst', () => {
  it('is met at once, and the service is back at zero when nothing has come for five minutes', async () => {
    const world = scalerWorld();
    await world.minutes(1);
    world.queue.visible = 3_000;
    const woken = world.invoke('wake');
    await world.clock.advance(60_000);
    await woken;
    expect(world.service.desired).toBe(50);
    Object.assign(world.queue, { visible: 0, hidden: 0 });
    await world.minutes(2);
    expect(world.service.desired).toBe(1);
    await world.minutes(5);
    expect(world.service.desired).toBe(0);
    expect(world.record()?.asleep).toBe(true);
    for (const { message, details } of world.lines.filter((line) => line.message === 'scaling step')) {
      expect(details, message).toMatchObject({ reason: expect.stringMatching(/tasks?\b.*\.$/) });
    }
  });

  it('keeps the tasks while hidden messages are left, whoever holds them', async () => {
    const world = scalerWorld();
    world.queue.hidden = 1;
    await world.minutes(12);
    expect(world.service.desired).toBe(1);
  });
});
