import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../core/outcome.ts';
import { type LocalStack, mailsOf, openStack, workersOf } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** A killed worker's messages come back after the shortest time that the template takes; one worker holds them all. */
const PARAMETERS = ['visibilitySeconds=30', 'maxTasks=1', 'largeObjectBytes=1000000'];

let home: string;
let system: TestSystem;
let stack: LocalStack;

beforeAll(async () => {
  home = await makeHome();
  system = await startTestSystem(
    home,
    PARAMETERS.flatMap((parameter) => ['--param', parameter]),
  );
  stack = await openStack(system.url);
}, 90_000);

afterAll(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

/** A picture of one colour: small, and much work. */
function picture(pixels: number): Promise<Buffer> {
  return sharp({ create: { width: pixels, height: pixels, channels: 3, background: '#468' } })
    .png()
    .toBuffer();
}

/** Kills a worker that runs `command` as soon as `isMidway` says that it has work in its hands. */
async function killWorker(command: string, isMidway: () => Promise<boolean>): Promise<void> {
  const pid = await eventually(`a ${command} worker is at work`, async () => {
    return (await isMidway()) && (await workersOf(home, command))[0];
  });
  process.kill(pid, 'SIGKILL');
}

async function outcomesOf(jobIds: readonly string[], withinMs: number): Promise<Outcome[]> {
  return eventually(
    'every job has its outcome',
    async () => {
      const found = (await stack.outcomes()).filter(({ jobId }) => jobIds.includes(jobId));
      return found.length === jobIds.length && found;
    },
    withinMs,
  );
}

async function mailsSince(count: number): Promise<string[]> {
  return eventually('there is an e-mail', async () => {
    const mails = await mailsOf(home);
    return mails.length > count && mails.slice(count);
  });
}

describe.skipIf(process.platform !== 'linux')('a worker that is killed with SIGKILL in the middle of its work', () => {
  it('as a task of its own: the job runs again in another, and one e-mail says why', async () => {
    const jobId = await stack.upload('large.png', await picture(9_500));
    await killWorker('task', async () => (await stack.journals()).length > 0);

    expect(await outcomesOf([jobId], 30_000)).toMatchObject([{ status: 'complete', route: 'task', attempts: 2 }]);
    // An attempt is closed after its outcome is stored.
    await eventually('the second attempt is closed, and the first one never', async () => {
      const [journal] = await stack.journals();
      return String(journal?.attempts.map(({ closed }) => closed)) === ',complete';
    });
    const mails = await mailsSince(0);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('Subject: [Slipway dev] A job was killed: large.png');
    expect(mails[0]).toContain('The container was killed with SIGKILL (exit code 137)');
    expect(mails[0]).toContain('It runs the job again, as attempt 2 of 3.');
  }, 60_000);

  it('as a task of the service: every job completes, and one e-mail says why', async () => {
    const earlier = await mailsOf(home);
    const content = await picture(6_000);
    const jobIds = await Promise.all(
      Array.from({ length: 8 }, (_, index) => stack.upload(`small-${index}.png`, content)),
    );
    await killWorker('service', async () =>
      (await stack.journals()).some(
        ({ jobId, attempts }) => jobIds.includes(jobId) && attempts.some(({ closed }) => closed === undefined),
      ),
    );

    const outcomes = await outcomesOf(jobIds, 60_000);
    expect(outcomes.filter(({ status }) => status !== 'complete')).toEqual([]);
    expect(outcomes.some(({ attempts }) => attempts > 1)).toBe(true);
    const mails = await mailsSince(earlier.length);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('Subject: [Slipway dev] A service task was killed: slipway-dev-worker');
    expect(mails[0]).toContain('The jobs that it held are not lost');
  }, 90_000);
});
