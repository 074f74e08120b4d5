import type { Outcome } from '../../core/outcome.ts';
import type { DownloadedOutput } from './download-outputs.ts';
import { formatBytes, formatName, formatSeconds, formatTable } from './format.ts';

/** One job of a run, as `--json` prints it. */
export interface JobReport {
  readonly key: string;
  readonly jobId: string;
  readonly status: Outcome['status'];
  /** Null unless failed. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly route: Outcome['route'];
  readonly attempts: number;
  /** From the acknowledged upload to the outcome, by the worker's clock. */
  readonly milliseconds: number;
  readonly outputs: readonly DownloadedOutput[];
}

export interface RunReport {
  readonly submitted: number;
  readonly complete: number;
  readonly failed: number;
  readonly gone: number;
  readonly seconds: number;
  readonly jobs: readonly JobReport[];
}

export function jobReport(
  key: string,
  outcome: Outcome,
  submittedAt: number,
  outputs: readonly DownloadedOutput[],
): JobReport {
  return {
    key,
    jobId: outcome.jobId,
    status: outcome.status,
    reason: outcome.reason ?? null,
    message: outcome.message ?? null,
    route: outcome.route,
    attempts: outcome.attempts,
    milliseconds: Math.max(0, Date.parse(outcome.finishedAt) - submittedAt),
    outputs,
  };
}

export function runReport(jobs: readonly JobReport[], seconds: number): RunReport {
  const count = (status: Outcome['status']) => jobs.filter((job) => job.status === status).length;
  return {
    submitted: jobs.length,
    complete: count('complete'),
    failed: count('failed'),
    gone: count('gone'),
    seconds: Math.round(seconds * 1000) / 1000,
    jobs,
  };
}

const NAME_WIDTH = 44;
/** Above this many, complete jobs are counted rather than listed. */
const MOST_ROWS = 40;

/** The table for a person. Failed jobs are always in it, with their reasons. */
export function reportTable(report: RunReport): string {
  const listed = report.jobs.length <= MOST_ROWS ? report.jobs : report.jobs.filter((job) => job.status !== 'complete');
  const rows = listed.map((job) => [
    formatName(job.key, NAME_WIDTH),
    job.status,
    job.route,
    String(job.attempts),
    formatSeconds(job.milliseconds / 1000),
    job.status === 'complete'
      ? job.outputs.map((output) => `${output.name} ${formatBytes(output.bytes)}`).join(', ')
      : `${job.reason ?? ''}: ${job.message ?? ''}`,
  ]);
  const header = ['object', 'status', 'route', 'attempts', 'time', 'outputs, or why not'];
  const table = rows.length > 0 ? `${formatTable([header, ...rows])}\n\n` : '';
  const left = report.jobs.length - listed.length;
  return `${table}${left > 0 ? `${left} more jobs are complete. ` : ''}${summary(report)}`;
}

function summary(report: RunReport): string {
  const routes = new Set(report.jobs.map((job) => job.route));
  const counts = [`${report.complete} complete`, `${report.failed} failed`, `${report.gone} gone`].join(', ');
  const by = [...routes].map((route) => `${report.jobs.filter((job) => job.route === route).length} by ${route}`);
  return `${report.submitted} submitted: ${counts} in ${formatSeconds(report.seconds)} (${by.join(', ')})`;
}
