import type { ScalerStore } from '../../aws/scaler-store.ts';
import type { ScalerRecord } from '../../core/scaler-record.ts';
import { scalerRecordSchema } from '../../core/scaler-record.ts';
import type { WorkReport } from '../../core/scaling/work-rate.ts';
import type { SurplusRecord } from '../../core/surplus-record.ts';
import { isQuiet, look } from '../../functions/scale-look.ts';
import { type Looped, scaleLoop } from '../../functions/scale-loop.ts';
import { type StepPorts, scaleStep } from '../../functions/scale-step.ts';
import { virtualClock } from './virtual-clock.ts';

/** A queue, a service and the scaler between them, in memory and virtual time. */
export function scalerWorld(options: { readonly minTasks?: number; readonly maxTasks?: number } = {}) {
  const clock = virtualClock();
  const queue = { visible: 0, hidden: 0, delayed: 0 };
  const service = { desired: options.minTasks ?? 0, running: options.minTasks ?? 0, deploying: false };
  const surplus: SurplusRecord[] = [];
  const bounds = {
    minTasks: options.minTasks ?? 0,
    maxTasks: options.maxTasks ?? 50,
    suspended: { in: false, out: false },
  };
  const reports: WorkReport[] = [];
  const lines: { readonly message: string; readonly details: Record<string, unknown> }[] = [];
  /** What was done, in order. */
  const calls: string[] = [];
  /** Calls that throw while they are in it. */
  const broken = new Set<string>();
  let stored: { text: string; etag: string } | undefined;
  let writes = 0;
  let loops = 0;
  let ruleIsOn = true;

  function call(name: string): void {
    calls.push(name);
    if (broken.has(name.split(' ')[0] ?? '')) throw new Error(`broken: ${name}`);
  }
  const records: ScalerStore = {
    async read() {
      call('read-record');
      return stored && { record: scalerRecordSchema.parse(JSON.parse(stored.text)), etag: stored.etag };
    },
    async write(record: ScalerRecord, etag) {
      call('write-record');
      if (stored?.etag !== etag) return undefined;
      writes += 1;
      stored = { text: JSON.stringify(record), etag: `"${writes}"` };
      return stored.etag;
    },
  };
  const log = (message: string, details: Record<string, unknown>) => void lines.push({ message, details });
  const stepping: StepPorts = {
    queue: {
      async counts() {
        call('counts');
        return { ...queue };
      },
    },
    service: {
      counts: async () => ({ ...service }),
      async tasks() {
        call('list-tasks');
        return Array.from({ length: service.running }, (_, index) => `task-${index + 1}`);
      },
      async setDesired(tasks) {
        call(`set-desired ${tasks}`);
        service.desired = tasks;
      },
    },
    target: { bounds: async () => ({ ...bounds }) },
    reports: {
      async since(at) {
        call('list-reports');
        return reports.filter((report) => report.at >= at);
      },
    },
    surplus: {
      async write(record) {
        call('tell-surplus');
        surplus.push(record);
      },
    },
    rule: { latencyTargetSeconds: 60, slots: 2, idleSeconds: 300, holdSeconds: 60 },
    timeScale: 1,
    clock,
    log: { info: log, warn: log, error: log },
  };

  function invoke(kind: 'tick' | 'wake'): Promise<Looped> {
    return scaleLoop(
      { kind },
      {
        records,
        wakeRule: {
          async enable() {
            call('enable-rule');
            ruleIsOn = true;
          },
          async disable() {
            call('disable-rule');
            ruleIsOn = false;
          },
        },
        clock,
        log: stepping.log,
        newId() {
          loops += 1;
          return `loop-${loops}`;
        },
        quiet: async () => isQuiet(await look(stepping)),
        step: (record, uploaded) => scaleStep(record, uploaded, stepping),
      },
    );
  }

  return {
    clock,
    queue,
    service,
    bounds,
    reports,
    /** What the workers were told, the newest last. */
    surplus,
    lines,
    calls,
    broken,
    invoke,
    stepping,
    isRuleOn: () => ruleIsOn,
    record: () => stored && (JSON.parse(stored.text) as ScalerRecord),
    store(text: string) {
      stored = { text, etag: '"other"' };
    },
    /** Minutes with a tick each; tasks that are wanted run at once. */
    async minutes(count: number, each: () => void = () => {}): Promise<void> {
      for (let minute = 0; minute < count; minute += 1) {
        each();
        const tick = invoke('tick').catch(() => undefined);
        for (let second = 0; second < 60; second += 5) {
          await clock.advance(5_000);
          service.running = service.desired;
        }
        await tick;
      }
    },
  };
}
