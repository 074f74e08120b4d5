import { describe, expect, it } from 'vitest';
import { NO_RECORD, rememberedAfterGap } from '../../../core/scaler-record.ts';
import { publishStep } from '../../../functions/scale-publish.ts';
import { scaleStep } from '../../../functions/scale-step.ts';
import { scalerWorld } from '../../support/scaler-world.ts';

describe('tasks too many', () => {
  /** Ten are at work and two would do. */
  function shrunk() {
    const world = scalerWorld();
    Object.assign(world.service, { desired: 2, running: 10 });
    world.queue.hidden = 2;
    return world;
  }

  it('are told once ECS has not taken them, and again only before it is forgotten', async () => {
    const world = shrunk();
    let { record } = await scaleStep(NO_RECORD, false, world.stepping);
    const tasks = Array.from({ length: 8 }, (_, index) => `task-${index + 1}`);
    expect(world.surplus.map((told) => told.tasks)).toEqual([tasks]);
    for (let second = 0; second < 60; second += 10) {
      await world.clock.advance(10_000);
      ({ record } = await scaleStep(record, false, world.stepping));
    }
    expect(world.surplus.map(({ tasks: told }) => told)).toEqual([tasks, tasks]);
  });

  it('are needed again when more are wanted', async () => {
    const world = shrunk();
    const { record } = await scaleStep(NO_RECORD, false, world.stepping);
    world.queue.visible = 1_000;
    await scaleStep(record, false, world.stepping);
    expect(world.service.desired).toBeGreaterThan(10);
    expect(world.surplus.at(-1)?.tasks).toEqual([]);
  });

  it('are not those that a step has only just made too many: ECS takes idle ones by itself', async () => {
    const world = scalerWorld();
    Object.assign(world.service, { desired: 10, running: 10 });
    const old = { inFlight: [], wishes: [[world.clock.now(), 1] as const], busyAt: world.clock.now() };
    const { record } = await scaleStep({ ...NO_RECORD, memory: old }, false, world.stepping);
    expect(world.service.desired).toBe(1);
    expect(world.surplus).toEqual([]);
    await scaleStep(record, false, world.stepping);
    expect(world.surplus.at(-1)?.tasks).toHaveLength(9);
  });

  it('are nobody while a deployment runs old and new ones side by side', async () => {
    const world = shrunk();
    world.service.deploying = true;
    await scaleStep(NO_RECORD, false, world.stepping);
    expect(world.surplus).toEqual([]);
  });

  it('are no reason for a step to fail when they cannot be told', async () => {
    const world = shrunk();
    world.broken.add('tell-surplus');
    const { record } = await scaleStep(NO_RECORD, false, world.stepping);
    world.broken.clear();
    await scaleStep(record, false, world.stepping);
    expect(world.surplus).toHaveLength(1);
  });
});

describe('a step', () => {
  it('sets the count only when it changes, and says why in any case', async () => {
    const world = scalerWorld();
    world.queue.visible = 100;
    const { record } = await scaleStep(NO_RECORD, false, world.stepping);
    await scaleStep(record, false, world.stepping);
    expect(world.calls.filter((call) => call.startsWith('set-desired'))).toEqual(['set-desired 2']);
    expect(world.lines.map(({ details }) => [details.from, details.to])).toEqual([
      [0, 2],
      [2, 2],
    ]);
  });

  it('keeps to the bounds of the moment, which scheduled actions move', async () => {
    const world = scalerWorld();
    world.queue.visible = 100_000;
    world.bounds.maxTasks = 3;
    const { record } = await scaleStep(NO_RECORD, false, world.stepping);
    expect(world.service.desired).toBe(3);
    world.queue.visible = 0;
    Object.assign(world.bounds, { minTasks: 5, maxTasks: 9 });
    await scaleStep(record, false, world.stepping);
    expect(world.service.desired).toBe(5);
  });

  it('takes nothing away on a memory that is lost or old', async () => {
    const world = scalerWorld();
    Object.assign(world.service, { desired: 20, running: 20 });
    const { record } = await scaleStep(NO_RECORD, false, world.stepping);
    expect(world.service.desired).toBe(20);
    await world.clock.advance(120_000);
    await scaleStep(record, false, world.stepping);
    expect(world.service.desired).toBe(20);
  });

  it('learns from the workers how fast a task is, and asks for fewer tasks when it is faster', async () => {
    const [slow, fast] = [scalerWorld(), scalerWorld()];
    for (const world of [slow, fast]) world.queue.visible = 600;
    fast.reports.push({ at: fast.clock.now(), jobs: 400, slotSeconds: 60 });
    await scaleStep(NO_RECORD, false, slow.stepping);
    await scaleStep(NO_RECORD, false, fast.stepping);
    expect(slow.service.desired).toBe(10);
    expect(fast.service.desired).toBeLessThan(5);
  });

  it('lists the reports every other minute, and goes on without them when that fails', async () => {
    const world = scalerWorld();
    world.queue.visible = 10;
    world.broken.add('list-reports');
    await world.minutes(1);
    expect(world.service.desired).toBe(1);
    world.broken.clear();
    world.calls.length = 0;
    await world.minutes(6);
    expect(world.calls.filter((call) => call === 'list-reports')).toHaveLength(3);
  });

  it('tells the first responder when it is to take messages, once, and goes on when that fails', async () => {
    const world = scalerWorld();
    const told: boolean[] = [];
    let broken = true;
    const ports = {
      ...world.stepping,
      rule: { ...world.stepping.rule, responderSlots: 5 },
      responder: {
        async set(on: boolean) {
          if (broken) throw new Error('Lambda is down');
          told.push(on);
        },
      },
    };
    world.queue.visible = 3;
    const failed = await scaleStep(NO_RECORD, false, ports);
    expect(told).toEqual([]);
    broken = false;
    const { record } = await scaleStep(failed.record, false, ports);
    await scaleStep(record, false, ports);
    expect(told).toEqual([true]);
    Object.assign(world.service, { desired: 1, running: 1 });
    await scaleStep(record, false, ports);
    expect(told).toEqual([true, false]);
  });

  it('leaves the count to whoever has suspended scaling', async () => {
    const world = scalerWorld();
    world.queue.visible = 100;
    world.bounds.suspended.out = true;
    await scaleStep(NO_RECORD, false, world.stepping);
    expect(world.service.desired).toBe(0);
    expect(world.lines[0]?.details.reason).toMatch(/Scaling is suspended: nothing changes\.$/);
  });

  it('counts by its own clock: on one that is sixty times as fast, a task does a sixtieth in a second', async () => {
    const world = scalerWorld();
    world.queue.visible = 100;
    await scaleStep(NO_RECORD, false, { ...world.stepping, timeScale: 60 });
    expect(world.service.desired).toBe(50);
  });

  it('does not send a service to sleep that is busy now and then', async () => {
    const world = scalerWorld({ minTasks: 1 });
    world.queue.visible = 1;
    const busy = await scaleStep(NO_RECORD, false, world.stepping);
    world.queue.visible = 0;
    expect(await scaleStep(busy.record, false, world.stepping)).toMatchObject({ quiet: false });
    await world.clock.advance(60_000);
    expect(await scaleStep(busy.record, false, world.stepping)).toMatchObject({ quiet: true });
  });
});

describe('what is remembered', () => {
  const memory = { inFlight: [], wishes: [[1_000, 4]] as const, busyAt: 1_000 };

  it('stands while readings follow each other', () => {
    expect(rememberedAfterGap(memory, 31_000, 9)).toBe(memory);
  });

  it('has after a gap the tasks that there are as the latest wish', () => {
    expect(rememberedAfterGap(memory, 31_001, 9)).toEqual({ ...memory, wishes: [...memory.wishes, [31_001, 9]] });
    expect(rememberedAfterGap(undefined, 5, 9)).toEqual({ inFlight: [], wishes: [[5, 9]], busyAt: 5 });
    expect(rememberedAfterGap(undefined, 5, 0)).toBeUndefined();
  });
});

describe('a step that only publishes', () => {
  const published: number[] = [];
  const metric = { put: async (jobs: number) => void published.push(jobs) };

  it('tells waiting and hidden jobs together, one at least for an upload, and is quiet at the minimum alone', async () => {
    const world = scalerWorld();
    Object.assign(world.queue, { visible: 3, hidden: 4 });
    const ports = { ...world.stepping, metric };
    expect(await publishStep(NO_RECORD, false, ports)).toMatchObject({ quiet: false });
    Object.assign(world.queue, { visible: 0, hidden: 0 });
    expect(await publishStep(NO_RECORD, true, ports)).toMatchObject({ quiet: false });
    expect(await publishStep(NO_RECORD, false, ports)).toMatchObject({ quiet: true });
    world.service.desired = 1;
    expect(await publishStep(NO_RECORD, false, ports)).toMatchObject({ quiet: false });
    expect(published).toEqual([7, 1, 0, 0]);
  });
});
