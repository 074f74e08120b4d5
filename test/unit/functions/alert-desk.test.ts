import { describe, expect, it } from 'vitest';
import { functionPorts } from '../../support/function-ports.ts';

const MINUTE = 60_000;

function setUp() {
  const world = functionPorts();
  const tell = (id: string, kind = 'job-crash') =>
    world.ports.desk.tell({
      kind,
      by: `event-${id}`,
      about: { id, words: `scans/${id}.tif (job ${id})` },
      alert: { subject: `A job crashed: ${id}`, body: `Body of ${id}.\n` },
    });
  const pass = (milliseconds: number) => {
    world.state.now += milliseconds;
  };
  return { ...world, tell, pass, desk: world.ports.desk };
}

describe('an alert', () => {
  it('is sent once of its kind in a quarter of an hour, each kind for itself', async () => {
    const { alerts, tell } = setUp();
    expect([await tell('a'), await tell('b'), await tell('c', 'job-killed'), await tell('d')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(alerts.map(({ subject }) => subject)).toEqual(['A job crashed: a', 'A job crashed: c']);
  });

  it('brings along what was held back before it', async () => {
    const { alerts, tell, pass } = setUp();
    for (const id of ['a', 'b', 'c']) await tell(id);
    pass(15 * MINUTE);
    await tell('d');
    expect(alerts).toHaveLength(2);
    expect(alerts[1]?.body).toContain('Body of d.');
    expect(alerts[1]?.body).toContain('Besides, 2 more tasks stopped for the same reason since 2026-03-01T12:00Z:');
    expect(alerts[1]?.body).toContain('scans/b.tif (job b)\n  scans/c.tif (job c)');
  });

  it('tells what was held back once', async () => {
    const { alerts, tell, pass } = setUp();
    for (const id of ['a', 'b']) await tell(id);
    for (const id of ['c', 'd']) {
      pass(15 * MINUTE);
      await tell(id);
    }
    expect(alerts.map(({ body }) => body.includes('more task'))).toEqual([false, true, false]);
  });

  it('counts a task once that is told twice', async () => {
    const { alerts, tell, pass } = setUp();
    for (const id of ['a', 'b', 'b', 'b']) await tell(id);
    pass(15 * MINUTE);
    await tell('c');
    expect(alerts[1]?.body).toContain('1 more task stopped');
  });

  it('is sent by the next run of the same cause when the first one broke off', async () => {
    const { alerts, tell, breaks } = setUp();
    breaks.add('publish');
    await expect(tell('a')).rejects.toThrow('broken');
    expect([await tell('b'), await tell('a')]).toEqual([false, true]);
    expect(alerts).toHaveLength(1);
  });
});

describe('catching up', () => {
  it('sends what was held back of a kind that has fallen silent, with the first ten of them', async () => {
    const { alerts, tell, pass, desk, state } = setUp();
    for (let index = 0; index < 40; index += 1) {
      await tell(String(index).padStart(2, '0'));
      state.now += 1_000;
    }
    expect(await desk.catchUp('sweep')).toBe(0);
    pass(15 * MINUTE);
    expect(await desk.catchUp('sweep')).toBe(1);
    expect(alerts[1]?.subject).toBe('[Slipway dev] 39 more tasks stopped for the same reason (job-crash)');
    const listed = [...(alerts[1]?.body ?? '').matchAll(/scans\/(\d\d)/g)].map(([, id]) => id);
    expect(listed).toEqual(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10']);
  });

  it('by whoever has just told adds nothing', async () => {
    const { alerts, tell, pass, desk } = setUp();
    for (const id of ['a', 'b']) await tell(id);
    pass(15 * MINUTE);
    await tell('c');
    expect(await desk.catchUp('event-c')).toBe(0);
    expect(alerts).toHaveLength(2);
  });

  it('happens once, and takes the place of the kind in its quarter of an hour', async () => {
    const { alerts, tell, pass, desk } = setUp();
    for (const id of ['a', 'b']) await tell(id);
    pass(15 * MINUTE);
    expect([await desk.catchUp('one'), await desk.catchUp('two'), await tell('c')]).toEqual([1, 0, false]);
    pass(15 * MINUTE);
    expect(await desk.catchUp('three')).toBe(1);
    expect(alerts.at(-1)?.body).toContain('1 more task');
  });
});
