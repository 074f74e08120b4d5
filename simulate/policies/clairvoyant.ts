import type { Policy } from '../engine/policy.ts';
import { AWS, taskRate } from '../setting.ts';
import type { Work } from '../work.ts';

/** What arrives in any stretch of this many seconds is worked off within as many. */
const WINDOW = 15;
/** Tasks are filled up to this. */
const FILLED = 0.92;
/** Starts are begun early enough for one that takes this much longer than the median. */
const EARLY = 1.35;

/** Knows every arrival beforehand: tasks run when their work comes, and no longer. What money could buy at best. */
export const clairvoyant: Policy = {
  name: 'clairvoyant',
  about: 'knows every arrival beforehand',
  minTasks: 0,
  protects: 'none',
  responder: false,
  begin(setting, work) {
    const rate = taskRate(setting, work.jobSeconds);
    const needed = tasksNeeded(work, rate);
    const lead = Math.round(AWS.startSeconds * EARLY);
    return {
      tick({ second, desired, visible, inFlight }) {
        let most = 0;
        for (let at = second; at <= second + lead && at < needed.length; at++) most = Math.max(most, needed[at] ?? 0);
        const left = visible + inFlight;
        return left === 0 ? most : Math.max(most, 1, Math.min(desired, Math.ceil(left / (rate * 10))));
      },
    };
  },
};

/** Tasks that must run at each second. */
function tasksNeeded({ arrivals }: Work, rate: number): Int32Array {
  const length = Math.ceil(arrivals.at(-1) ?? 0) + WINDOW + 1;
  const arriving = new Float64Array(length + 1);
  for (const at of arrivals) arriving[Math.floor(at)] = (arriving[Math.floor(at)] ?? 0) + 1;
  const needed = new Int32Array(length);
  let inWindow = 0;
  for (let second = 1 - WINDOW; second < length; second++) {
    inWindow += arriving[second + WINDOW - 1] ?? 0;
    if (second > 0) inWindow -= arriving[second - 1] ?? 0;
    if (second < 0) continue;
    const tasks = Math.ceil(inWindow / (rate * WINDOW * FILLED));
    for (let at = second; at < Math.min(length, second + WINDOW); at++) needed[at] = Math.max(needed[at] ?? 0, tasks);
  }
  return needed;
}
