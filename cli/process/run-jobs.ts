import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { JobId } from '../../core/job.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Deployment } from '../deployment.ts';
import { awaitOutcomes } from './await-outcomes.ts';
import type { InputFile } from './collect-files.ts';
import { downloadOutputs } from './download-outputs.ts';
import { type Progress, progressLine, progressPrinter, type QueueDepths } from './progress.ts';
import { type JobReport, jobReport, type RunReport, runReport } from './report.ts';
import { type Submission, uploadFiles } from './upload.ts';

export interface RunOptions {
  readonly deployment: Deployment;
  readonly files: readonly InputFile[];
  /** Folder for the outputs. */
  readonly out: string;
  /** Where progress goes. */
  readonly output: NodeJS.WriteStream;
}

const REFRESH_MS = 500;
/** Longer than three visibility timeouts in a row: by then a lost worker's jobs have come back and been done. */
const NO_PROGRESS_MS = 15 * 60_000;

const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }).catch(() => undefined),
};

/** Uploads the files, waits for every outcome, brings the outputs, and tells how it went. */
export async function runJobs(options: RunOptions): Promise<RunReport> {
  const { deployment, files } = options;
  const s3 = new S3Client({ ...deployment.clientConfig, maxAttempts: 6 });
  const sqs = new SQSClient({ ...deployment.clientConfig });
  const startedAt = Date.now();
  const submissions = new Map<JobId, Submission>();
  const pending = new Set<JobId>();
  const reports = new Map<JobId, Promise<JobReport>>();
  const progress: Progress = { total: files.length, submitted: 0, complete: 0, failed: 0, gone: 0, bytesDone: 0 };
  const stopWaiting = new AbortController();
  let uploading = true;
  let lastProgressAt = Date.now();

  function onSubmitted(submission: Submission): void {
    submissions.set(submission.jobId, submission);
    pending.add(submission.jobId);
    progress.submitted++;
    lastProgressAt = Date.now();
  }

  function onOutcome(outcome: Outcome): void {
    const submission = submissions.get(outcome.jobId);
    if (!submission) return;
    const { file, submittedAt } = submission;
    progress[outcome.status]++;
    progress.bytesDone += file.size;
    lastProgressAt = Date.now();
    const downloads = downloadOutputs(s3, deployment.resultsBucket, outcome.outputs, options.out, file.key);
    const report = downloads.then((outputs) => jobReport(file.key, outcome, submittedAt, outputs));
    // Its failure is met below, where all reports are awaited.
    report.catch(() => undefined);
    reports.set(outcome.jobId, report);
  }

  const printer = progressPrinter(options.output, deployment);
  const line = (depths?: QueueDepths) => progressLine(progress, depths, (Date.now() - startedAt) / 1000);
  async function showProgress(): Promise<void> {
    while (!stopWaiting.signal.aborted) {
      printer.show(line(await queueDepths(sqs, deployment)));
      if (Date.now() - lastProgressAt > NO_PROGRESS_MS) stopWaiting.abort();
      await wallClock.sleep(REFRESH_MS, stopWaiting.signal);
    }
  }

  const watch = { s3, bucket: deployment.resultsBucket, clock: wallClock, pending, onOutcome };
  const showing = showProgress();
  try {
    await Promise.all([
      uploadFiles(s3, deployment.inboxBucket, files, onSubmitted).finally(() => {
        uploading = false;
      }),
      awaitOutcomes({ ...watch, isOpen: () => uploading, signal: stopWaiting.signal }),
    ]);
    if (pending.size > 0) throw noProgress(pending.size);
    const jobs = await Promise.all(inFileOrder(files, submissions, reports));
    return runReport(jobs, (Date.now() - startedAt) / 1000);
  } finally {
    stopWaiting.abort();
    await showing.catch(() => undefined);
    printer.end(line());
    s3.destroy();
    sqs.destroy();
  }
}

function inFileOrder(
  files: readonly InputFile[],
  submissions: ReadonlyMap<JobId, Submission>,
  reports: ReadonlyMap<JobId, Promise<JobReport>>,
): Promise<JobReport>[] {
  const order = new Map(files.map((file, index) => [file, index]));
  return [...submissions.values()]
    .sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0))
    .flatMap(({ jobId }) => reports.get(jobId) ?? []);
}

function noProgress(pending: number): SlipwayError {
  const minutes = NO_PROGRESS_MS / 60_000;
  return new SlipwayError(
    'no-progress',
    `${pending} jobs have no outcome and nothing has moved for ${minutes} minutes. They stay in the inbox: the sweep takes them up again.`,
  );
}

async function queueDepths(sqs: SQSClient, deployment: Deployment): Promise<QueueDepths | undefined> {
  try {
    const depths = await Promise.all(
      [deployment.jobQueueUrl, deployment.launchQueueUrl].map(async (QueueUrl) => {
        const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
        );
        return AttributeNames.map((name) => Number(Attributes?.[name] ?? 0));
      }),
    );
    const total = (index: number) => depths.reduce((sum, depth) => sum + (depth[index] ?? 0), 0);
    return { waiting: total(0), working: total(1) };
  } catch {
    // A progress line without depths is still one; what matters fails elsewhere.
    return undefined;
  }
}
