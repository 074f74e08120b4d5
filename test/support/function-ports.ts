import { createAlertDesk } from '../../aws/alert-desk.ts';
import type { Mark } from '../../aws/mark-store.ts';
import type { OutgoingMessage } from '../../aws/message-sender.ts';
import { createRetryBudget } from '../../aws/retry-budget.ts';
import type { LaunchRequest, LaunchResult } from '../../aws/task-launcher.ts';
import type { Alert } from '../../core/alert-text.ts';
import type { TaskFact } from '../../core/attempts.ts';
import { isRedriveOf } from '../../core/dead-letter.ts';
import type { Outcome } from '../../core/outcome.ts';

/** The ports of the functions, in memory, with everything that passed through them. */
export function functionPorts() {
  const outcomes = new Map<string, Outcome>();
  const marks = new Map<string, Mark>();
  const timeline: Outcome[] = [];
  const deadLetters: OutgoingMessage[] = [];
  const launches: OutgoingMessage[] = [];
  const alerts: Alert[] = [];
  const requests: LaunchRequest[] = [];
  const waits: number[] = [];
  const facts = new Map<string, TaskFact>();
  const logged: { level: string; message: string; details: Record<string, unknown> }[] = [];
  /** Answers of RunTask in order; without one, a task starts. */
  const answers: LaunchResult[] = [];
  /** ARNs of live tasks by family or startedBy. */
  const live = new Map<string, string[]>();
  /** Calls that throw once: `publish`, `deadLetters`, `mark`. */
  const breaks = new Set<string>();
  const state = { now: Date.parse('2026-03-01T12:04:00Z') };

  const breakHere = (point: string) => {
    if (breaks.delete(point)) throw new Error(`broken at ${point}`);
  };
  const log = (level: string) => (message: string, details: Record<string, unknown>) => {
    logged.push({ level, message, details });
  };

  const markStore = {
    read: async (key: string) => marks.get(key),
    set: async (key: string, mark: Mark) => {
      breakHere(key.startsWith('stops/') ? 'mark' : 'alert-mark');
      const standing = marks.get(key);
      if (standing !== undefined) return standing.by === mark.by;
      marks.set(key, mark);
      return true;
    },
    async *list(prefix: string, { after = '', pageSize = 1_000 } = {}) {
      const keys = [...marks.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
      for (let start = 0; start < keys.length; start += pageSize) {
        yield keys.slice(start, start + pageSize).map((key) => ({ key, at: Date.parse(marks.get(key)?.at ?? '') }));
      }
    },
    folders: async (prefix: string) => {
      const below = [...marks.keys()].filter((key) => key.startsWith(prefix));
      return [...new Set(below.map((key) => key.slice(prefix.length).split('/')[0] ?? ''))].toSorted();
    },
  };
  const alertsPort = {
    publish: async (alert: Alert) => {
      breakHere('publish');
      alerts.push(alert);
    },
  };
  const clock = {
    now: () => state.now,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  };

  const ports = {
    outcomes: {
      read: async (jobId: string) => outcomes.get(jobId),
      commit: async (outcome: Outcome, failedAt?: string) => {
        const standing = outcomes.get(outcome.jobId);
        if (standing !== undefined && !isRedriveOf(failedAt, standing)) return { outcome: standing, won: false };
        outcomes.set(outcome.jobId, outcome);
        return { outcome, won: true };
      },
    },
    timeline: { add: async (outcome: Outcome) => void timeline.push(outcome) },
    marks: markStore,
    desk: createAlertDesk({ marks: markStore, alerts: alertsPort, clock, stage: 'dev' }),
    budget: createRetryBudget(markStore, clock),
    deadLetters: {
      send: async (messages: readonly OutgoingMessage[]) => {
        breakHere('deadLetters');
        deadLetters.push(...messages);
      },
    },
    launches: { send: async (messages: readonly OutgoingMessage[]) => void launches.push(...messages) },
    alerts: alertsPort,
    launcher: {
      launch: async (request: LaunchRequest): Promise<LaunchResult> => {
        requests.push(request);
        const answer = answers.shift();
        return answer ?? { kind: 'started', taskArn: `arn:task/${requests.length}`, stopped: false };
      },
      live: async (filter: { family?: string; startedBy?: string }) =>
        live.get(filter.family ?? filter.startedBy ?? '') ?? [],
    },
    tasks: { describe: async () => facts },
    clock,
    random: () => 0.5,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    stage: 'dev',
    inbox: 'inbox',
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:7',
    smallest: { cpu: 1024, memory: 2048 },
    maxAttempts: 3,
  };
  return {
    ports,
    state,
    outcomes,
    marks,
    timeline,
    deadLetters,
    launches,
    alerts,
    requests,
    waits,
    facts,
    logged,
    answers,
    live,
    breaks,
  };
}
