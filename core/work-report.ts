import type { WorkReport } from './scaling/work-rate.ts';

/** Where the workers' reports are, in the results bucket. */
export const WORK_REPORTS = 'rates/';

/** `rates/<time>_<task>_<jobs>_<milliseconds of slots>`: an empty object, so that one listing is all there is to read. */
const KEY = /^rates\/(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)_[\w-]+_(\d{1,12})_(\d{1,15})$/;

/** The key of a report. `task` is the task's id. */
export function workReportKey(task: string, { at, jobs, slotSeconds }: WorkReport): string {
  return `${workReportsSince(at)}_${task}_${jobs}_${Math.round(slotSeconds * 1000)}`;
}

/** What the keys of reports made at `at` (Unix epoch, ms) begin with: those of later ones come behind it. */
export function workReportsSince(at: number): string {
  return `${WORK_REPORTS}${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}`;
}

/** Reads the key of a report; undefined when it is none. */
export function parseWorkReport(key: string): WorkReport | undefined {
  const [, hour, minute, second, rest, jobs, milliseconds] = KEY.exec(key) ?? [];
  const at = Date.parse(`${hour}:${minute}:${second}.${rest}`);
  if (Number.isNaN(at)) return undefined;
  return { at, jobs: Number(jobs), slotSeconds: Number(milliseconds) / 1000 };
}
