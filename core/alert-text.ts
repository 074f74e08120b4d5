import type { Job } from './job.ts';
import { CONTAINER_NAME } from './launch.ts';
import type { StopClass } from './stop-class.ts';
import { MAX_LOSSES, type StopDecision, type StopOwner } from './stop-policy.ts';
import { ecsWordsOf, wordsForStop } from './stop-words.ts';
import { familyOf, type TaskState, taskIdOf } from './task-state-change.ts';
import { wholeNumber } from './whole-number.ts';

/** An e-mail to whoever runs the system. */
export interface Alert {
  /** ASCII on one line, below 100 characters (Amazon SNS API Reference, Publish). */
  readonly subject: string;
  readonly body: string;
}

export interface AlertFacts {
  readonly stage: string;
  readonly maxAttempts: number;
  /** The log group of all tasks; absent where it is not known. */
  readonly logGroup?: string;
  /** The streams in it: KIND stands for service, job or sweep, TASK for the task's ID. ECS's own when left out. */
  readonly logStream?: string;
}

/** SNS wants fewer than 100. */
const SUBJECT_LIMIT = 99;

/** The e-mail on a stopped task: what, why, whose, what happens now, where its logs are. */
export function stopAlert(state: TaskState, decision: StopDecision, facts: AlertFacts): Alert {
  const { launched, outcome, stopClass } = decision;
  const headline = headlineOf(decision);
  const object = launched === undefined ? familyOf(state.taskDefinitionArn) : launched.job.source.key;
  return {
    subject: subjectOf(facts.stage, `${headline}: ${object}`),
    body: bodyOf(`${headline}.`, [
      ['Why', outcome?.message ?? wordsForStop(state, stopClass)],
      ['What Slipway does now', nextStep(state, decision, facts)],
      ...(launched === undefined ? [] : jobRows(launched.job)),
      ...(launched === undefined ? [] : [attemptRow(launched, facts.maxAttempts)]),
      ['Task', [state.taskArn, state.stoppedAt && `stopped ${state.stoppedAt}`]],
      ['ECS says', ecsWordsOf(state) || 'nothing'],
      [
        'Logs',
        stopClass.startsWith('start-') ? 'none: the program never ran' : logLines(state.taskArn, decision.owner, facts),
      ],
    ]),
  };
}

/** The e-mail on a job whose task ECS refuses to start. */
export function launchRefusedAlert(job: Job, refusal: Refusal, facts: Pick<AlertFacts, 'stage'>): Alert {
  const headline = 'A job failed: its task was refused';
  return {
    subject: subjectOf(facts.stage, `${headline}: ${job.source.key}`),
    body: bodyOf(`${headline}.`, [
      ['Why', `ECS refused to start the task, and waiting does not mend that: ${refusalWords(refusal)}`],
      ['What Slipway does now', FAILED_STEP('launch-refused')],
      ...jobRows(job),
    ]),
  };
}

/** The e-mail on launches for which ECS has found no room for a while. */
export function launchWaitsAlert(
  job: Job,
  refusal: Refusal,
  { stage, minutes }: Pick<AlertFacts, 'stage'> & { readonly minutes: number },
): Alert {
  const headline = `A task has waited ${minutes} minutes for its start`;
  return {
    subject: subjectOf(stage, `${headline}: ${job.source.key}`),
    body: bodyOf(`${headline}.`, [
      ['Why', `ECS has no room for it: ${refusalWords(refusal)}`],
      ['What Slipway does now', 'It asks again every few minutes, under the same token; the object is not lost.'],
      ['What you can do', 'If it lasts: look at the quotas of Fargate in this region, or add subnets in other zones.'],
      ...jobRows(job),
    ]),
  };
}

/** The e-mail on a sweep that ECS refuses to start. */
export function sweepRefusedAlert(taskDefinition: string, refusal: Refusal, facts: Pick<AlertFacts, 'stage'>): Alert {
  const headline = 'The sweep could not start';
  return {
    subject: subjectOf(facts.stage, headline),
    body: bodyOf(`${headline}.`, [
      ['Why', `ECS refused to start the task, and waiting does not mend that: ${refusalWords(refusal)}`],
      [
        'What Slipway does now',
        'It tries again at the next scheduled time. Until a sweep runs, nothing heals what was lost on the way.',
      ],
      ['Task definition', taskDefinition],
    ]),
  };
}

/** Why ECS started nothing: its code and its words. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The code and the words of a refusal, once each. */
export function refusalWords({ code, message }: Refusal): string {
  const words = message === '' || message === code ? code : `${code}: ${message}`;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

const WHOSE = { job: 'A job', service: 'A service task', sweep: 'The sweep', other: 'A task' } as const;

const HOW: Readonly<Record<StopClass, string>> = {
  finished: 'ended',
  'bad-input': 'ended',
  temporary: 'ended early',
  unavailable: 'was held up',
  'memory-kill': 'ran out of memory',
  killed: 'was killed',
  crash: 'crashed',
  unhealthy: 'failed its health checks',
  lost: 'was lost',
  'start-delayed': 'could not start',
  'start-refused': 'could not start',
  asked: 'was stopped',
  overdue: 'took too long',
  unknown: 'stopped for an unknown reason',
};

function headlineOf({ owner, outcome, stopClass }: StopDecision): string {
  if (outcome === undefined) return `${WHOSE[owner]} ${HOW[stopClass]}`;
  if (stopClass === 'lost') return 'A job failed: its tasks were lost too often';
  if (outcome.reason === 'deadline') return 'A job failed: its tasks took too long';
  if (outcome.reason === 'task-start-failed') return 'A job failed: its task could not start';
  return outcome.reason === 'out-of-memory'
    ? 'A job failed: it ran out of memory'
    : 'A job failed: every attempt was used';
}

const FAILED_STEP = (reason: string) =>
  `The job ends as failed (${reason}) and is not tried again. A copy of its message is in the launch dead-letter queue. ` +
  'Once the cause is mended, redrive that message, or upload the object again.';

function nextStep(state: TaskState, { owner, outcome, retry, stopClass }: StopDecision, facts: AlertFacts): string {
  if (outcome !== undefined) return FAILED_STEP(outcome.reason);
  if (retry !== undefined) {
    const isLarger = stopClass === 'memory-kill' && retry.size !== undefined;
    const memory = !isLarger ? '' : ` with ${wholeNumber(retry.size.memory)} MiB of memory`;
    return `It runs the job again${memory}, as attempt ${retry.launch.attempt} of ${facts.maxAttempts}.`;
  }
  switch (owner) {
    case 'service':
      return stopClass === 'start-refused'
        ? `ECS goes on trying, with growing pauses, and will not get further until the cause is mended. ${JOBS_WAIT}`
        : `ECS replaces the task. ${JOBS_WAIT} Nothing has to be done, unless this comes again.`;
    case 'sweep':
      return 'It does not repeat the sweep: the next scheduled one does the same work.';
    case 'job':
      return 'Nothing. The sweep will find the object without an outcome and put the job back in its queue.';
    case 'other':
      return `Nothing: the task was not launched by Slipway (started by ${state.startedBy || 'nobody named'}).`;
  }
}

const JOBS_WAIT =
  'The jobs that it held are not lost: they come back to the queue after the visibility timeout, and another task does them.';

type Row = readonly [label: string, text: string | readonly string[]];

function jobRows({ jobId, source }: Job): Row[] {
  const version = source.versionId === undefined ? `ETag ${source.etag}` : `version ${source.versionId}`;
  return [
    [
      'Job',
      [
        `s3://${source.bucket}/${printable(source.key)}`,
        `${version}, ${wholeNumber(source.size)} bytes`,
        `job ${jobId}`,
      ],
    ],
  ];
}

function attemptRow({ attempt, losses = 0 }: { attempt: number; losses?: number }, maxAttempts: number): Row {
  const lost = losses === 0 ? '' : `; ${losses} of at most ${MAX_LOSSES} tasks were lost before and do not count`;
  return ['Attempt', `${attempt} of ${maxAttempts}${lost}`];
}

/** The task definitions name their streams after the command: `job/worker/<task id>`. */
const STREAMS: Readonly<Record<StopOwner, string | undefined>> = {
  job: 'job',
  service: 'service',
  sweep: 'sweep',
  other: undefined,
};

function logLines(taskArn: string, owner: StopOwner, facts: AlertFacts): string[] {
  const { logGroup: group, logStream = `KIND/${CONTAINER_NAME}/TASK` } = facts;
  const prefix = STREAMS[owner];
  const stream = logStream.replace('KIND', prefix ?? '*').replace('TASK', taskIdOf(taskArn));
  if (group === undefined || prefix === undefined) {
    return [`${group === undefined ? 'where its task definition sends them' : `group ${group}`}, as ${stream}`];
  }
  const region = taskArn.split(':')[3] ?? '';
  const where = `--log-group-name ${quoted(group)} --log-stream-names ${quoted(stream)}`;
  return [
    `group ${group}, stream ${stream}`,
    `aws logs filter-log-events${region === '' ? '' : ` --region ${region}`} ${where} --query 'events[].message' --output text`,
  ];
}

/** Label and text below each other with a blank line between: readable in any mail program, at any width. */
function bodyOf(headline: string, rows: readonly Row[]): string {
  const parts = rows.map(([label, text]) => {
    const lines = (typeof text === 'string' ? [text] : text).filter((line) => line !== '');
    return `${label}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  });
  return `${[headline, ...parts].join('\n\n')}\n`;
}

/** A subject that SNS takes: ASCII, one line, short. */
export function subjectOf(stage: string, words: string): string {
  const ascii = `[Slipway ${stage}] ${words}`.replaceAll(/[^\x20-\x7e]+/g, '?');
  return ascii.length <= SUBJECT_LIMIT ? ascii : `${ascii.slice(0, SUBJECT_LIMIT - 3)}...`;
}

/** A key may hold line breaks, and marks that turn a line around: those are spelled out. */
export function printable(key: string): string {
  return key.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
