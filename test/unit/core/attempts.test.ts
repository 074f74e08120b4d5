import { describe, expect, it } from 'vitest';
import { type Attempt, attemptError, doubtfulTasks, judgeAttempts, type TaskFact } from '../../../core/attempts.ts';

const OWN = 'arn:task/own';
const NOW = '2026-03-01T12:05:00.000Z';
const limits = { maxAttempts: 3, ownTaskArn: OWN, now: Date.parse(NOW) };

function attempt(rest: Partial<Attempt> = {}): Attempt {
  return { id: 'a', taskArn: 'arn:task/1', startedAt: '2026-03-01T12:00:00.000Z', alone: false, ...rest };
}

function judge(attempts: Attempt[], facts: Record<string, TaskFact> = {}) {
  return judgeAttempts(attempts, new Map(Object.entries(facts)), limits);
}

const KILLED: TaskFact = { stopped: true, exitCode: 137, stopCode: 'EssentialContainerExited' };
const OOM: TaskFact = { ...KILLED, outOfMemory: true };
/** Attempts that ran alone and were left open, each in a task of its own. */
const lonely = (count: number) =>
  Array.from({ length: count }, (_, index) => attempt({ alone: true, taskArn: `arn:task/${index + 1}` }));
const allOf = (fact: TaskFact) => ({ 'arn:task/1': fact, 'arn:task/2': fact, 'arn:task/3': fact });
const together = { go: 'run', alone: false };
const alone = { go: 'run', alone: true };

describe('the blame for a crash', () => {
  it('is nobody’s before the first attempt', () => {
    expect(judge([])).toEqual(together);
  });

  it('is not put on an open attempt whose task lives', () => {
    expect(judge([attempt()], { 'arn:task/1': { stopped: false } })).toEqual(together);
  });

  it('is not put on an open attempt of one’s own task: another delivery runs beside this one', () => {
    expect(judge([attempt({ taskArn: OWN })])).toEqual(together);
  });

  it.each([
    ['stopped', { 'arn:task/1': OOM }],
    ['unknown to ECS', {}],
  ])('sends a job into isolation when its task is %s', (_, facts) => {
    expect(judge([attempt()], facts as Record<string, TaskFact>)).toEqual(alone);
  });

  it('is not put on a job that shared its task, however often that died', () => {
    const attempts = Array.from({ length: 5 }, (_, index) => attempt({ id: String(index) }));
    expect(judge(attempts, { 'arn:task/1': OOM })).toEqual(alone);
  });

  it('takes two memory kills alone', () => {
    expect(judge(lonely(1), allOf(OOM))).toEqual(alone);
    expect(judge(lonely(2), allOf(OOM))).toMatchObject({ go: 'fail', reason: 'killed-worker' });
  });

  it('counts a task once, however many attempts of the job it left open', () => {
    const one = attempt({ alone: true });
    expect(judge([one, one, one], allOf(OOM))).toEqual(alone);
    expect(judge([one, one, one], allOf({ stopped: true, exitCode: 1 }))).toEqual(alone);
  });

  it.each(['SpotInterruption', 'UserInitiated', 'ServiceSchedulerInitiated'])(
    'is not put on a job whose task was stopped (%s)',
    (stopCode) => {
      expect(judge(lonely(2), allOf({ ...OOM, stopCode }))).toEqual(alone);
    },
  );

  it('is not proven by tasks that ECS has forgotten', () => {
    expect(judge(lonely(6))).toEqual(alone);
  });

  it('is no memory kill’s where ECS speaks of none: somebody killed the worker', () => {
    expect(judge(lonely(2), allOf(KILLED))).toEqual(alone);
  });

  it.each([
    ['exits by itself', { stopped: true, exitCode: 1 }],
    ['is killed', KILLED],
  ])('falls on a job whose worker %s every time', (_, fact) => {
    expect(judge(lonely(2), allOf(fact))).toEqual(alone);
    expect(judge(lonely(3), allOf(fact))).toMatchObject({ go: 'fail', reason: 'attempts-exhausted' });
  });
});

describe('an attempt of the first responder, of which ECS knows nothing', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:responder';
  const before = attempt({ taskArn: FUNCTION, alone: false, endsBy: '2026-03-01T12:04:59.999Z' });
  const until = { ...before, endsBy: '2026-03-01T12:05:00.001Z' };

  it('proves nothing while Lambda may still run it', () => {
    expect(judge([until])).toEqual(together);
  });

  it('was a crash once its time is over, and the job runs alone', () => {
    expect(judge([before])).toEqual(alone);
    expect(judge([{ ...before, endsBy: NOW }])).toEqual(alone);
  });

  it('is no crash when it was closed, however old', () => {
    expect(judge([{ ...before, closed: 'released' }])).toEqual(together);
  });

  it('never fails a job, however often it came to nothing', () => {
    const attempts = Array.from({ length: 9 }, (_, index) => ({ ...before, id: String(index), alone: true }));
    expect(judge(attempts)).toEqual(alone);
  });

  it('is not asked about', () => {
    expect(doubtfulTasks([before, until, attempt()], OWN)).toEqual(['arn:task/1']);
  });
});

describe('failed attempts', () => {
  const failed = (error: string) => attempt({ closed: 'error', error });

  it('end the job when there are as many as it may have, with the last one’s words', () => {
    const attempts = [failed('processor-failed: first'), failed('processor-failed: second')];
    expect(judge(attempts)).toEqual(together);
    const verdict = judge([...attempts, failed('processor-failed: third')]);
    expect(verdict).toMatchObject({ go: 'fail', reason: 'attempts-exhausted' });
    expect(verdict).toHaveProperty('message', expect.stringContaining('third'));
  });

  it('do not count when the attempt was given back', () => {
    expect(judge(Array.from({ length: 9 }, () => attempt({ closed: 'released' })))).toEqual(together);
  });

  it.each(['deadline', 'access-denied'])('keep the telling reason %s', (code) => {
    expect(judge(Array.from({ length: 3 }, () => failed(`${code}: x`)))).toMatchObject({ reason: code });
  });

  it('end the job at the second processor that passed its memory ceiling', () => {
    expect(judge([failed('out-of-memory: 2000 MiB')])).toEqual(together);
    expect(judge([failed('out-of-memory: x'), failed('out-of-memory: x')])).toMatchObject({ reason: 'out-of-memory' });
  });

  it('isolate a job whose processor was killed from outside, and blame it only there', () => {
    const beside = attempt({ closed: 'released', error: 'processor-killed: x' });
    const isolated = attempt({ closed: 'error', alone: true, error: 'processor-killed: x' });
    expect(judge([beside, beside, beside])).toEqual(alone);
    expect(judge([beside, isolated])).toEqual(alone);
    expect(judge([beside, isolated, isolated])).toMatchObject({ reason: 'out-of-memory' });
  });

  it('are kept short', () => {
    expect(attemptError('code', 'x'.repeat(5_000))).toHaveLength(1_000);
  });
});

describe('tasks to ask about', () => {
  it('are those of other tasks’ open attempts, once each', () => {
    const attempts = [
      attempt(),
      attempt(),
      attempt({ taskArn: OWN }),
      attempt({ taskArn: 'arn:task/2', closed: 'error' }),
    ];
    expect(doubtfulTasks(attempts, OWN)).toEqual(['arn:task/1']);
  });
});
