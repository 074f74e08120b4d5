import { createRandom } from '../random.ts';
import type { Setting } from '../setting.ts';
import type { Work } from '../work.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { createHistory } from './history.ts';
import type { Policy, Scaling, View } from './policy.ts';
import { createResponder, type Responder } from './responder.ts';
import type { Run, Series } from './run.ts';
import { createTimeHeap } from './time-heap.ts';

/** Whose completion it is: that of a slot by its number, or the responder's. */
const RESPONDER = -1;

/** A system at work: the queue between its consumers, and the policy that looks at it. */
export interface World {
  /** Lets everything happen until the second, and asks the policy. */
  advance(second: number): void;
  /** Whether every message is done. */
  empty(): boolean;
  note(series: Series): void;
  result(endedAt: number): Omit<Run, 'series'>;
}

/** A system before its first second. */
export function createWorld(work: Work, policy: Policy, setting: Setting, seed: number): World {
  const { arrivals, durations } = work;
  const { slots } = setting;
  const maxTasks = Math.min(policy.maxTasks ?? setting.maxTasks, setting.maxTasks);
  const minTasks = Math.min(Math.max(policy.minTasks, setting.minTasks), maxTasks);
  const fleet: Fleet = createFleet({ slots, protects: policy.protects, random: createRandom(seed * 31 + 1) });
  const responder: Responder | undefined =
    setting.responder !== undefined && setting.responder.concurrency > 0 && policy.responder !== false
      ? createResponder(setting.responder, createRandom(seed * 31 + 2))
      : undefined;
  const chance = createRandom(seed * 31 + 3);
  const scaling: Scaling = policy.begin(setting, work, createRandom(seed * 31 + 4));
  const completions = createTimeHeap();
  const starts = createTimeHeap();
  const history = createHistory();
  const ages = new Float64Array(arrivals.length);
  let head = 0;
  let arrived = 0;
  let finished = 0;
  let done = 0;
  let working = 0;
  let slotSeconds = 0;
  let countedAt = 0;
  let doneAt = 0;
  let desired = Math.min(maxTasks, Math.max(minTasks, work.startTasks));
  let now = 0;

  const started = (task: number, readyAt: number) => starts.push(readyAt, task, 0);

  function count(at: number): void {
    slotSeconds += working * (at - countedAt);
    countedAt = at;
  }

  function giveTo(slot: number, at: number): void {
    count(at);
    working += 1;
    completions.push(at + (durations[head] ?? 0), slot, head);
    head += 1;
  }

  function giveToResponder(at: number, consumer: Responder): void {
    completions.push(consumer.take(at, durations[head] ?? 0), RESPONDER, head);
    head += 1;
  }

  /** Whoever polls gets what is there: of both consumers each as likely as it has polls open. */
  function hand(at: number): void {
    while (head < arrived) {
      const room = responder === undefined ? 0 : Math.max(0, responder.room(at));
      const free = fleet.freeSlots();
      if (room === 0 && free === 0) return;
      if (responder !== undefined && room > 0 && chance.next() * (room + free) < room) giveToResponder(at, responder);
      else giveTo(fleet.take(at), at);
    }
  }

  function complete(at: number): void {
    const consumer = completions.first();
    const message = completions.second();
    completions.pop();
    finished += 1;
    ages[message] = at - (arrivals[message] ?? at);
    doneAt = at;
    if (consumer === RESPONDER) responder?.release(at);
    else {
      count(at);
      working -= 1;
      done += 1;
      fleet.release(consumer, at);
    }
  }

  /** Everything that happens before `until`, in its order. */
  function happen(until: number): void {
    for (;;) {
      const arrival = arrived < arrivals.length ? (arrivals[arrived] ?? 0) : Number.POSITIVE_INFINITY;
      const completion = completions.time();
      const start = starts.time();
      const at = Math.min(arrival, completion, start);
      if (at >= until) return;
      if (at === start) {
        fleet.begin(starts.first(), at);
        starts.pop();
      } else if (at === completion) complete(at);
      else {
        arrived += 1;
        if (desired === 0) scaling.arrived?.(at);
      }
      if (head < arrived) hand(at);
    }
  }

  function view(second: number): View {
    const running = fleet.running();
    count(second);
    return {
      second,
      visible: arrived - head,
      inFlight: head - finished,
      running,
      desired,
      busyShare: running === 0 ? Number.NaN : (running * slots - fleet.freeSlots()) / (running * slots),
      done,
      slotSeconds,
      past: history.past,
    };
  }

  fleet.reconcile(desired, 0, started);
  return {
    empty: () => finished === arrivals.length,
    advance(second: number): void {
      happen(second);
      now = second;
      fleet.reconcile(desired, second, started);
      history.add(arrived - head, head - finished);
      const seen = view(second);
      desired = Math.min(maxTasks, Math.max(minTasks, Math.round(scaling.tick(seen))));
      if (scaling.surplus !== undefined) fleet.tellSurplus(scaling.surplus(), second);
      if (responder !== undefined) {
        responder.enable(scaling.responds?.() ?? true, second);
        hand(second);
      }
    },
    note(series: Series): void {
      series.visible.push(arrived - head);
      series.running.push(fleet.running());
      series.desired.push(desired);
      series.age.push(head < arrived ? now - (arrivals[head] ?? now) : 0);
      series.responding.push(responder?.active() ?? 0);
    },
    result: (endedAt: number) => ({
      ages,
      taskSeconds: fleet.billedSeconds(endedAt),
      responderSeconds: responder?.billedSeconds() ?? 0,
      responderJobs: responder?.jobs() ?? 0,
      pollingSeconds: responder?.enabledSeconds(endedAt) ?? 0,
      functionSeconds: scaling.functionSeconds?.() ?? 0,
      launches: fleet.launches(),
      peakTasks: fleet.peak(),
      doneAt,
      endedAt,
    }),
  };
}
