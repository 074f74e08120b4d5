import { decide, type ScalingMemory, type ScalingRule } from '../../core/scaling/decide.ts';
import { FIRST_GUESS, jobsPerSecond, learnRate, type WorkRate } from '../../core/scaling/work-rate.ts';
import type { Policy, Scaling, View } from '../engine/policy.ts';
import type { Random } from '../random.ts';
import type { Setting } from '../setting.ts';
import type { Work } from '../work.ts';

/** The scaler lists the workers' reports this often, seconds. */
const REPORT_SECONDS = 110;
/** One look of the scaler's function: calls to SQS, ECS and Application Auto Scaling, seconds. */
const LOOK_SECONDS = 0.5;

interface Eyes {
  /** Seconds between two looks; undefined: as decide() says. */
  readonly tickSeconds: number | undefined;
  readonly wakeSeconds: number;
  readonly attributesAgeSeconds: number;
  readonly attributesNoise: number;
  /** Whether the rate was learnt from work of this kind before the run. */
  readonly knowsRate: boolean;
}

/** The shipped policy: the real decide(), with what it can see on AWS. */
export const latency: Policy = {
  name: 'Slipway latency',
  about: 'the shipped policy',
  minTasks: 0,
  protects: 'busy',
  begin: (setting, work, random) =>
    scaler(setting, work, random, { ...setting, tickSeconds: undefined, knowsRate: true }),
};

/** The first burst of a new stack: nothing was learnt yet. */
export const unlearnt: Policy = {
  ...latency,
  name: 'Slipway latency, new',
  about: 'the shipped policy before it has learnt how long a job takes',
  begin: (setting, work, random) =>
    scaler(setting, work, random, { ...setting, tickSeconds: undefined, knowsRate: false }),
};

/** The counts of SQS half a minute behind: what AWS promises is no more than "eventually". */
export const stale: Policy = {
  ...latency,
  name: 'Slipway latency, stale counts',
  about: 'the shipped policy where GetQueueAttributes is thirty seconds behind',
  begin: (setting, work, random) =>
    scaler(setting, work, random, { ...setting, attributesAgeSeconds: 30, tickSeconds: undefined, knowsRate: true }),
};

/** The same rule with perfect eyes: what a loop that reacts can do at best. */
export const oracle: Policy = {
  ...latency,
  name: 'reactive oracle',
  about: 'the same rule each second, with true counts at once',
  begin: (setting, work, random) =>
    scaler(setting, work, random, {
      tickSeconds: 1,
      wakeSeconds: 1,
      attributesAgeSeconds: 0,
      attributesNoise: 0,
      knowsRate: true,
    }),
};

function scaler(setting: Setting, work: Work, random: Random, eyes: Eyes): Scaling {
  const rule: ScalingRule = {
    latencyTargetSeconds: setting.latencyTargetSeconds,
    slots: setting.slots,
    idleSeconds: setting.idleSeconds,
    holdSeconds: setting.holdSeconds,
    responderSlots: setting.responder?.concurrency ?? 0,
  };
  const learn = learner(work, eyes.knowsRate);
  let memory: ScalingMemory | undefined;
  let lookAt = 1 + Math.floor(random.next() * (eyes.tickSeconds ?? 10));
  let wakeAt = Number.POSITIVE_INFINITY;
  let asleep = false;
  let respond = true;
  let surplus = 0;
  let awakeSeconds = 0;

  return {
    arrived(at) {
      if (asleep && wakeAt === Number.POSITIVE_INFINITY) wakeAt = at + eyes.wakeSeconds;
    },
    responds: () => respond,
    surplus: () => surplus,
    functionSeconds: () => awakeSeconds,
    tick(view) {
      const rate = learn(view);
      if (!asleep) awakeSeconds += 1;
      if (view.second < Math.min(lookAt, wakeAt)) return view.desired;
      wakeAt = Number.POSITIVE_INFINITY;
      const seen = view.past(eyes.attributesAgeSeconds);
      const noise = 1 + random.between(-eyes.attributesNoise, eyes.attributesNoise);
      // The event that wakes it says that there is work, whatever the count says.
      const visible = Math.max(asleep && view.visible > 0 ? 1 : 0, Math.round(seen.visible * noise));
      const decision = decide(
        rule,
        memory,
        { at: 1000 * view.second, visible, inFlight: seen.inFlight },
        {
          desired: view.desired,
          running: view.running,
          minTasks: setting.minTasks,
          maxTasks: setting.maxTasks,
          jobsPerSecond: jobsPerSecond(rate, setting.slots),
        },
      );
      memory = decision.memory;
      respond = decision.respond ?? respond;
      // As in functions/scale-step.ts.
      surplus = Math.max(0, view.running - Math.max(view.desired, decision.tasks));
      if (asleep) awakeSeconds += LOOK_SECONDS;
      asleep = decision.lookAgainSeconds >= 60;
      lookAt = view.second + (eyes.tickSeconds ?? decision.lookAgainSeconds);
      return decision.tasks;
    },
  };
}

/** What the workers' reports have taught so far. */
function learner(work: Work, knowsRate: boolean): (view: View) => WorkRate {
  let rate: WorkRate = knowsRate ? { at: 0, jobs: 100, slotSeconds: 100 * work.jobSeconds } : FIRST_GUESS;
  let reported = { done: 0, slotSeconds: 0 };
  return ({ second, done, slotSeconds }) => {
    if (second % REPORT_SECONDS === 0) {
      const report = { at: 1000 * second, jobs: done - reported.done, slotSeconds: slotSeconds - reported.slotSeconds };
      rate = learnRate(rate, [report]);
      reported = { done, slotSeconds };
    }
    return rate;
  };
}
