import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide, type QueueReading, type ScalingMemory, type ScalingSituation } from '../../../core/scaling/decide.ts';
import { NOW, RULE } from './situations.ts';

const counts = fc.nat({ max: 200_000 });
const bounds = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })).map(([a, b]) => ({
  minTasks: Math.min(a, b),
  maxTasks: Math.max(a, b),
}));
const rates = fc.double({ min: 0.001, max: 1000, noNaN: true });
const looks = fc.record({
  after: fc.integer({ min: 0, max: 120_000 }),
  visible: fc.oneof(fc.constant(0), counts),
  inFlight: fc.oneof(fc.constant(0), fc.nat({ max: 500 })),
});
const absurd = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -1, 1e300),
);
const histories = fc.array(looks, { minLength: 1, maxLength: 40 });
const rules = fc.record({
  responderSlots: fc.constantFrom(0, 0, 5, 50),
  holdSeconds: fc.constantFrom(0, 60, 600),
  idleSeconds: fc.constantFrom(0, 300),
});

/** Plays a history as a scaler would, the desired count being what was decided last. */
function play(
  history: readonly { readonly after: number; readonly visible: number; readonly inFlight: number }[],
  rule: typeof RULE,
  base: Omit<ScalingSituation, 'desired'>,
  seen?: (reading: QueueReading, situation: ScalingSituation, decided: ReturnType<typeof decide>) => void,
) {
  let at = NOW;
  let desired = base.minTasks;
  let memory: ScalingMemory | undefined;
  for (const { after, visible, inFlight } of history) {
    at += after;
    const reading = { at, visible, inFlight };
    const situation = { ...base, desired };
    const decided = decide(rule, memory, reading, situation);
    seen?.(reading, situation, decided);
    ({ tasks: desired, memory } = decided);
  }
  return { desired, memory, at };
}

it('never leaves the bounds', () => {
  fc.assert(
    fc.property(histories, rules, bounds, rates, (history, rule, limits, jobsPerSecond) => {
      play(history, { ...RULE, ...rule }, { ...limits, jobsPerSecond }, (_reading, _situation, { tasks }) => {
        expect(tasks).toBeGreaterThanOrEqual(limits.minTasks);
        expect(tasks).toBeLessThanOrEqual(limits.maxTasks);
      });
    }),
  );
});

it('never takes the last task while anything is visible or hidden', () => {
  fc.assert(
    fc.property(histories, rules, rates, (history, rule, jobsPerSecond) => {
      const base = { minTasks: 0, maxTasks: 50, jobsPerSecond };
      play(history, { ...RULE, ...rule }, base, ({ visible, inFlight }, { desired }, { tasks }) => {
        if (visible + inFlight > 0 && desired > 0) expect(tasks).toBeGreaterThan(0);
      });
    }),
  );
});

it('wakes for any work when there is no first responder', () => {
  fc.assert(
    fc.property(histories, rates, (history, jobsPerSecond) => {
      const base = { minTasks: 0, maxTasks: 50, jobsPerSecond };
      play(history, RULE, base, ({ visible, inFlight }, _situation, { tasks }) => {
        if (visible + inFlight > 0) expect(tasks).toBeGreaterThan(0);
      });
    }),
  );
});

it('asks for no fewer tasks when more messages wait', () => {
  fc.assert(
    fc.property(histories, rules, counts, counts, rates, (history, rule, visible, more, jobsPerSecond) => {
      const own = { ...RULE, ...rule };
      const base = { minTasks: 0, maxTasks: 1000, jobsPerSecond };
      const { desired, memory, at } = play(history, own, base);
      const tasksFor = (messages: number) =>
        decide(own, memory, { at: at + 10_000, visible: messages, inFlight: 3 }, { ...base, desired }).tasks;
      expect(tasksFor(visible + more)).toBeGreaterThanOrEqual(tasksFor(visible));
    }),
  );
});

it('decides the same again of the same', () => {
  fc.assert(
    fc.property(histories, rules, bounds, rates, (history, rule, limits, jobsPerSecond) => {
      const own = { ...RULE, ...rule };
      // Without tasks that only now start to count as running.
      const base = { ...limits, jobsPerSecond, running: 10 };
      play(history, own, base, (reading, situation, first) => {
        const again = decide(own, first.memory, reading, { ...situation, desired: first.tasks });
        // A service at zero and one that has just been woken are not the same for the first responder.
        if (situation.desired === 0 && first.tasks > 0 && own.responderSlots > 0) return;
        expect(again.tasks).toBe(first.tasks);
        expect(again.memory).toEqual(first.memory);
      });
    }),
  );
});

it('remembers little, in plain JSON, however often it is asked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), rules, (step, rule) => {
      const history = Array.from({ length: 400 }, (_, index) => ({
        after: step,
        visible: index % 7,
        inFlight: index % 5,
      }));
      const { memory } = play(history, { ...RULE, ...rule }, { minTasks: 0, maxTasks: 50, jobsPerSecond: 4 });
      expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
      expect(JSON.stringify(memory).length).toBeLessThan(5_000);
    }),
    { numRuns: 20 },
  );
});

it('bears anything for a reading, a situation, a rule and a memory', () => {
  const pairs = fc.array(fc.tuple(absurd, absurd), { maxLength: 5 });
  const reading = fc.record({ at: absurd, visible: absurd, inFlight: absurd });
  const situation = fc.record({
    desired: absurd,
    minTasks: fc.nat({ max: 9 }),
    maxTasks: fc.integer({ min: 9, max: 60 }),
    jobsPerSecond: absurd,
    running: absurd,
  });
  const rule = fc.record({
    latencyTargetSeconds: absurd,
    slots: absurd,
    idleSeconds: absurd,
    holdSeconds: absurd,
    responderSlots: absurd,
  });
  const memory = fc.record({ inFlight: pairs, wishes: pairs, responding: pairs, busyAt: absurd });
  fc.assert(
    fc.property(rule, memory, reading, situation, (anyRule, anyMemory, anyReading, anySituation) => {
      const { tasks, reason } = decide(anyRule, anyMemory, anyReading, anySituation);
      expect(Number.isInteger(tasks)).toBe(true);
      expect(tasks).toBeGreaterThanOrEqual(anySituation.minTasks);
      expect(tasks).toBeLessThanOrEqual(anySituation.maxTasks);
      expect(reason).toMatch(/^[A-Z0-9?].*\.$/);
    }),
  );
});
