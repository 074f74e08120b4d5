import type { ResponderSwitch } from '../aws/responder-switch.ts';
import type { SurplusStore } from '../aws/surplus-store.ts';
import type { WorkReports } from '../aws/work-reports.ts';
import { errorWords } from '../core/error-words.ts';
import { rememberedAfterGap, type ScalerRecord, type SurplusTold } from '../core/scaler-record.ts';
import { decide, type ScalingDecision, type ScalingRule } from '../core/scaling/decide.ts';
import { surplusTasks } from '../core/scaling/surplus.ts';
import { jobsPerSecond, learnRate } from '../core/scaling/work-rate.ts';
import { SURPLUS_REPEAT_MS } from '../core/surplus-record.ts';
import type { Log } from './log.ts';
import { isQuiet, type LookPorts, look, type Sight } from './scale-look.ts';

/** What a step works with. */
export interface StepPorts extends LookPorts {
  readonly reports: Pick<WorkReports, 'since'>;
  readonly log: Log;
  readonly rule: ScalingRule;
  readonly surplus: Pick<SurplusStore, 'write'>;
  /** Absent: there is no first responder. */
  readonly responder?: ResponderSwitch | undefined;
  /** Seconds of the ports' clock in a second of the workers'. */
  readonly timeScale: number;
}

/** What came of a step. */
export interface Stepped {
  readonly record: ScalerRecord;
  /** The queue is empty, the tasks are as few as they may be, and that not only just now. */
  readonly quiet: boolean;
  /** Until the next look, while there is something to do. */
  readonly pauseMs: number;
}

/** The line that every step writes; metric filters of the template know it. */
export const STEP_LINE = 'scaling step';

/** Every other minute: workers report when their rate has changed, and each look at the reports is a listing. ms. */
const LIST_MS = 115_000;

/**
 * Looks, decides, and sets the desired count when it changes. `uploaded`: an event says that there is work, whatever the
 * queue's approximate count says yet. Throws, and changes nothing, when something cannot be read.
 */
export async function scaleStep(record: ScalerRecord, uploaded: boolean, ports: StepPorts): Promise<Stepped> {
  const [sight, learnt] = await Promise.all([look(ports), learn(record, ports)]);
  const { desired, running, minTasks, maxTasks } = sight;
  const reading = { ...sight.reading, visible: Math.max(uploaded ? 1 : 0, sight.reading.visible) };
  const rate = jobsPerSecond(learnt.rate, ports.rule.slots);
  const situation = { desired, running, minTasks, maxTasks, jobsPerSecond: rate / ports.timeScale };
  const known = rememberedAfterGap(record.memory, reading.at, desired);
  const decision = decide(ports.rule, known, reading, situation);
  const { tasks, reason } = allowed(decision, sight);
  const { memory } = decision;
  if (tasks !== desired) await ports.service.setDesired(tasks);
  const { visible, inFlight } = reading;
  const facts = { from: desired, to: tasks, reason, visible, inFlight, running, minTasks, maxTasks };
  ports.log.info(STEP_LINE, { ...facts, jobsPerSecond: Number(rate.toPrecision(3)) });
  const quiet = isQuiet({ ...sight, reading, desired: tasks }) && isLasting(sight, memory.busyAt, ports.rule);
  // While the last task goes, too: Lambda needs up to a minute to begin again.
  const responds = await tellResponder(learnt.responds, tasks === 0 ? true : decision.respond, ports);
  const surplus = await tellSurplus(learnt.surplus, Math.max(desired, tasks), sight, ports);
  return { record: { ...learnt, responds, surplus, memory }, quiet, pauseMs: decision.lookAgainSeconds * 1000 };
}

/** Whoever suspends the dynamic scaling of the target means this too. */
function allowed({ tasks, reason }: ScalingDecision, { desired, suspended }: Sight) {
  const refused = tasks > desired ? suspended.out : tasks < desired && suspended.in;
  return refused ? { tasks: desired, reason: `${reason} Scaling is suspended: nothing changes.` } : { tasks, reason };
}

/** The responder saves time or money; without its switch the work is done all the same, so a step does not fail for it. */
async function tellResponder(told: boolean | undefined, wanted: boolean | undefined, { responder, log }: StepPorts) {
  if (responder === undefined || wanted === undefined || wanted === told) return told;
  try {
    await responder.set(wanted);
    log.info('first responder switched', { on: wanted });
    return wanted;
  } catch (error) {
    log.warn('the first responder could not be switched', { on: wanted, error: errorWords(error) });
    return told;
  }
}

/**
 * What ECS has not taken away since it was told to is at work, and has to come to rest first. It saves money; the work is
 * done all the same, so a step does not fail for it. A deployment has more tasks than are desired, and takes them itself.
 */
async function tellSurplus(
  told: SurplusTold | undefined,
  wanted: number,
  { running, deploying, reading: { at } }: Sight,
  { surplus, service, log }: StepPorts,
): Promise<SurplusTold | undefined> {
  try {
    const isExcess = running > wanted && !deploying;
    const before = told?.tasks ?? [];
    const tasks = isExcess ? [...surplusTasks({ tasks: await service.tasks(), wanted, before })] : [];
    const isNews = before.length !== tasks.length || tasks.some((task) => !before.includes(task));
    if (!isNews && (tasks.length === 0 || Math.abs(at - (told?.at ?? 0)) < SURPLUS_REPEAT_MS)) return told;
    await surplus.write({ v: 1, at, tasks });
    if (isNews) log.info('tasks too many', { tasks });
    return { at, tasks };
  } catch (error) {
    log.warn('the workers could not be told which tasks are too many', { error: errorWords(error) });
    return told;
  }
}

/** A service that is busy now and then is better watched than woken each time. */
function isLasting({ reading, minTasks }: Sight, busyAt: number, { holdSeconds }: ScalingRule): boolean {
  return minTasks === 0 || reading.at - busyAt >= holdSeconds * 1000;
}

/** Without news of the workers the rate stays what it was: a step does not fail for it. */
async function learn(record: ScalerRecord, { reports, clock, log }: StepPorts): Promise<ScalerRecord> {
  const now = clock.now();
  if (Math.abs(now - record.listedAt) < LIST_MS) return record;
  try {
    const known = record.rate;
    return { ...record, listedAt: now, rate: learnRate(known, await reports.since(known?.at ?? 0)) };
  } catch (error) {
    log.warn('the reports of the workers could not be listed', { error: errorWords(error) });
    return record;
  }
}
